{#
    The Taobao order that an Alipay or WeChat row names, tried in the order of certainty: the base order number, the
    merchant order number's forms, the remark's forms. A payout's or waybill's number in these columns is none.
    Forms as found in production systems that read these bills (ShopeX OMS, and headers of real merchants' files).
#}
{% macro taobao_order_id(base_order_no, merchant_order_no, remark) -%}
    coalesce(
        {{ regex_capture(base_order_no, "^([0-9]{10,25})$") }},
        {{ regex_capture(merchant_order_no, "T[0-9]{3}P([0-9]{10,25})") }},
        {{ regex_capture(merchant_order_no, "^CAE_POINT_.*_([0-9]{10,25})$") }},
        {{ regex_capture(merchant_order_no, "^HJ(?:COM|CAE)==.*==([0-9]{10,25})$") }},
        {{ regex_capture(merchant_order_no, "^GXFZ_[^_]*_([0-9]{10,25})$") }},
        {{ regex_capture(remark, "(?:订单号|订单编号|关联订单号|交易单号)[：:][ ]*([0-9]{10,25})") }},
        {{ regex_capture(remark, "tradeid[：:][ ]*([0-9]{15,25})") }},
        {{ regex_capture(remark, "[{(（][ ]*([0-9]{15,25})[ ]*[})）]") }},
        {{ regex_capture(remark, "淘宝客佣金(?:代扣|退)款.([0-9]+)") }}
    )
{%- endmacro %}

{# The last day on which what a case still lacks may come: from which day on it is awaited, and the window's rule. #}
{% macro after_sale_due() -%}
    {%- set awaited = {
        "stuck": ("last_step_on", "AFTER_SALE_HANDLING"),
        "not_refunded": ("received_on", "RECEIVED_REFUND"),
        "not_stocked": ("greatest(refund_on, received_on)", "RETURN_STOCKED"),
        "no_parcel": ("refund_on", "RETURN_STOCKED"),
        "return_in_transit": ("greatest(refund_on, returned_on)", "RETURN_STOCKED"),
        "goods_short": ("greatest(received_on, returned_on)", "RETURN_STOCKED"),
        "not_sent": ("greatest(received_on, exchange_lost_on)", "EXCHANGE_SENT"),
        "not_returned": ("greatest(first_exchange_on, returned_on)", "EXCHANGE_RETURNED"),
        "price_difference": ("greatest(received_on, exchange_on)", "RECEIVED_REFUND"),
    } -%}
    case finding
        {% for finding, (awaited_from, rule) in awaited.items() -%}
        when '{{ finding }}' then {{ add_days(awaited_from, window(rule, "platform", "applied_on")) }}
        {% endfor -%}
    end
{%- endmacro %}

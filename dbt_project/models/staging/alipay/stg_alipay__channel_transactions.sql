with

latest as (

    {{ latest_delivery("alipay__trade", key=["trade_no", "business_type", "refund_request_no"]) }}

)

select
    'alipay' as channel,
    trade_no as transaction_id,
    case business_type when '交易' then 'payment' when '退款' then 'refund' else business_type end as type,
    -- A refund row repeats the trade's numbers; its own is the request number.
    case when business_type = '退款' then coalesce(nullif(refund_request_no, ''), merchant_order_no) else '' end
        as request_no,
    account as account_id,
    coalesce({{ taobao_order_id("null", "merchant_order_no", "null") }}, nullif(merchant_order_no, ''))
        as merchant_order_no,
    case when business_type = '退款' then trade_no end as original_transaction_id,
    'success' as status,
    'CNY' as currency,
    {{ to_amount('received_amount') }} as amount,
    coalesce({{ to_amount('service_fee_amount') }}, 0) + coalesce({{ to_amount('profit_sharing_amount') }}, 0)
        as fee_amount,
    {{ to_instant('finished_at') }} as occurred_at,
    delivery_id,
    line_number

from latest

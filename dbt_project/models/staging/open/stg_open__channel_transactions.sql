with

latest as (

    {{ latest_delivery("open__channel_transactions", key=["channel", "transaction_id", "type", "request_no"]) }}

)

select
    channel,
    transaction_id,
    type,
    coalesce(request_no, '') as request_no,
    nullif(account_id, '') as account_id,
    nullif(merchant_order_no, '') as merchant_order_no,
    nullif(original_transaction_id, '') as original_transaction_id,
    coalesce(nullif(status, ''), 'success') as status,
    coalesce(nullif(currency, ''), 'CNY') as currency,
    {{ to_amount('amount') }} as amount,
    {{ to_amount('fee_amount') }} as fee_amount,
    {{ to_instant('occurred_at') }} as occurred_at,
    delivery_id,
    line_number

from latest

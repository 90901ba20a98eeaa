with

latest as (

    {{ latest_delivery("open__wallet_lines", key=["channel", "account_id"], row_id="line_id") }}

)

select
    channel,
    coalesce(account_id, '') as account_id,
    {{ row_identifier("line_id") }} as line_id,
    {{ to_amount('sequence') }} as sequence,
    nullif(type, '') as type,
    nullif(business_no, '') as business_no,
    nullif(merchant_order_no, '') as merchant_order_no,
    {{ to_amount('amount') }} as amount,
    {{ to_amount('balance_after') }} as balance_after,
    coalesce(nullif(currency, ''), 'CNY') as currency,
    {{ to_instant('occurred_at') }} as occurred_at,
    nullif(remark, '') as remark,
    delivery_id,
    line_number

from latest

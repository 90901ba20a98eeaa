with

latest as (

    {{ latest_delivery("open__orders", key=["platform", "order_id"]) }}

)

select
    platform,
    order_id,
    nullif(shop_id, '') as shop_id,
    nullif(merchant_order_no, '') as merchant_order_no,
    nullif(status, '') as status,
    {{ to_instant('ordered_at') }} as ordered_at,
    {{ to_instant('paid_at') }} as paid_at,
    {{ to_instant('completed_at') }} as completed_at,
    {{ to_instant('closed_at') }} as closed_at,
    nullif(buyer_id, '') as buyer_id,
    nullif(device_id, '') as device_id,
    nullif(address_id, '') as address_id,
    nullif(pay_channel, '') as pay_channel,
    coalesce(nullif(currency, ''), 'CNY') as currency,
    {{ to_amount('list_amount') }} as list_amount,
    {{ to_amount('freight_amount') }} as freight_amount,
    {{ to_amount('discount_amount') }} as discount_amount,
    {{ to_amount('buyer_paid_amount') }} as buyer_paid_amount,
    {{ to_amount('subsidy_amount') }} as subsidy_amount,
    {{ to_amount('cashback_amount') }} as cashback_amount,
    delivery_id,
    line_number

from latest

with

latest as (

    {{ latest_delivery("open__refunds", key=["platform", "refund_id"]) }}

)

select
    platform,
    refund_id,
    nullif(after_sale_id, '') as after_sale_id,
    nullif(order_id, '') as order_id,
    {{ to_amount('amount') }} as amount,
    {{ to_instant('refunded_at') }} as refunded_at,
    nullif(pay_channel, '') as pay_channel,
    delivery_id,
    line_number

from latest

with

latest as (

    {{ latest_delivery("open__order_promotions", key=["platform", "order_id"], row_id="promotion_no") }}

)

select
    platform,
    order_id,
    {{ row_identifier("promotion_no") }} as promotion_no,
    nullif(type, '') as type,
    nullif(coupon_kind, '') as coupon_kind,
    nullif(bearer, '') as bearer,
    {{ to_amount('amount') }} as amount,
    delivery_id,
    line_number

from latest

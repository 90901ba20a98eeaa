with

latest as (

    {{ latest_delivery("open__after_sales", key=["platform", "after_sale_id"]) }}

)

select
    platform,
    after_sale_id,
    nullif(order_id, '') as order_id,
    nullif(type, '') as type,
    nullif(status, '') as status,
    nullif(reason, '') as reason,
    nullif(sku, '') as sku,
    {{ to_amount('quantity') }} as quantity,
    nullif(buyer_id, '') as buyer_id,
    {{ to_instant('applied_at') }} as applied_at,
    {{ to_amount('applied_amount') }} as applied_amount,
    {{ to_instant('approved_at') }} as approved_at,
    {{ to_amount('approved_amount') }} as approved_amount,
    nullif(return_tracking_no, '') as return_tracking_no,
    delivery_id,
    line_number

from latest

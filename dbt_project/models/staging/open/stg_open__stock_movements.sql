with

latest as (

    {{ latest_delivery("open__stock_movements", key=["movement_id"]) }}

)

select
    movement_id,
    nullif(type, '') as type,
    nullif(platform, '') as platform,
    nullif(order_id, '') as order_id,
    nullif(after_sale_id, '') as after_sale_id,
    nullif(sku, '') as sku,
    {{ to_amount('quantity') }} as quantity,
    {{ to_amount('weight_kg') }} as weight_kg,
    nullif(carrier, '') as carrier,
    nullif(tracking_no, '') as tracking_no,
    {{ to_instant('moved_at') }} as moved_at,
    {{ to_instant('stocked_at') }} as stocked_at,
    nullif(condition, '') as condition,
    nullif(status, '') as status,
    delivery_id,
    line_number

from latest

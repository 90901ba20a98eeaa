with

latest as (

    {{ latest_delivery("open__products", key=["sku"]) }}

)

select
    sku,
    nullif(name, '') as name,
    nullif(category, '') as category,
    {{ to_amount('unit_price') }} as unit_price,
    delivery_id,
    line_number

from latest

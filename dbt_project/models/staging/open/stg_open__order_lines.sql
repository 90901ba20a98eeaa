with

latest as (

    {{ latest_delivery("open__order_lines", key=["platform", "order_id"], row_id="line_no") }}

)

select
    platform,
    order_id,
    {{ row_identifier("line_no") }} as line_no,
    nullif(sku, '') as sku,
    nullif(product_name, '') as product_name,
    nullif(category, '') as category,
    {{ to_amount('quantity') }} as quantity,
    {{ to_amount('unit_price') }} as unit_price,
    {{ to_amount('amount') }} as amount,
    delivery_id,
    line_number

from latest

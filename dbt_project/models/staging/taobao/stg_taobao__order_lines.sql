with

latest as (

    {{ latest_delivery("taobao__order_lines", key=["sub_order_no"]) }}

)

select
    'taobao' as platform,
    order_no as order_id,
    sub_order_no as line_no,
    coalesce(nullif(seller_code, ''), nullif(external_code, '')) as sku,
    nullif(product_title, '') as product_name,
    cast(null as text) as category,
    {{ to_amount('quantity') }} as quantity,
    {{ to_amount('price') }} as unit_price,
    {{ to_amount('buyer_paid_amount') }} as amount,
    delivery_id,
    line_number

from latest

-- Grain: one row per order and sku: how many were ordered, at which price.

{{ config(meta={"partition_by": "order"}) }}

select
    lines.platform || '|' || lines.order_id as order_key,
    lines.sku,
    sum(lines.quantity) as quantity,
    coalesce(
        max(lines.unit_price), max(products.unit_price), max({{ divided("lines.amount", "lines.quantity") }}), 0
    ) as unit_price
from {{ ref("int_order_lines") }} as lines
left join {{ ref("int_products") }} as products
    on lines.sku = products.sku
where lines.sku is not null
group by lines.platform || '|' || lines.order_id, lines.sku

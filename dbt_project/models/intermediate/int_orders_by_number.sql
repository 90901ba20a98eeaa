-- Grain: one row per order number that only one order has: what names an order without its platform means that one.

select
    order_id,
    min(order_key) as order_key
from {{ ref("int_orders") }}
group by order_id
having count(*) = 1

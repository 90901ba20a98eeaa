-- Grain: one row per order of which the warehouse says that goods left, with when they first did (lost ones apart). A
-- movement may leave out the platform: then its number is the order's on each platform that has it.

select
    orders.order_key,
    orders.platform,
    min(case when coalesce(movements.status, '') <> 'lost' then movements.moved_at end) as shipped_at,
    min({{ business_date("movements.moved_at") }}) as first_moved_on
from {{ ref("int_stock_movements") }} as movements
inner join {{ ref("int_orders") }} as orders
    on movements.order_id = orders.order_id
        and coalesce(movements.platform, orders.platform) = orders.platform
where movements.type = 'sale_out'
group by orders.order_key, orders.platform

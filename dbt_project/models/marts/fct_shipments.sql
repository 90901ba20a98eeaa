-- Grain: one row per order of which goods left the warehouse, with what was ordered, and what left beyond it. The one
-- place where the after-sales leg decides about an order's shipments. What was lost or came back undelivered did not
-- leave; goods sent again without a case count as a shipment unless a ticket stands for them.

{{ config(meta={"partition_by": "order"}) }}

with

movements as (

    select
        movements.*,
        goods.quantity as ordered_quantity,
        case
            when type = 'sale_out' and not is_lost then movements.quantity
            when type = 'reship_out' and not is_lost and after_sale_key is null then movements.quantity
            when type = 'return_in' and after_sale_key is null and not is_in_transit then -movements.quantity
            else 0
        end as left_quantity
    from {{ ref("int_goods_movements") }} as movements
    left join {{ ref("int_order_goods") }} as goods
        on movements.order_key = goods.order_key
            and movements.sku = goods.sku
    where movements.order_key is not null
        and movements.type in ('sale_out', 'reship_out', 'return_in')

),

-- Where an order's lines are unknown the first parcel says what was ordered: the same goods in another parcel are a
-- second shipment.
skus as (

    select
        order_key,
        sku,
        max(ordered_quantity) as ordered_quantity,
        max(case when left_quantity > 0 then left_quantity end) as largest_quantity,
        min(case when left_quantity > 0 then left_quantity end) as smallest_quantity,
        min(case when left_quantity > 0 then tracking_no end) < max(case when left_quantity > 0 then tracking_no end)
            as is_in_parcels,
        sum(left_quantity) as left_quantity,
        max(unit_price) as unit_price,
        max(case when left_quantity > 0 then moved_on end) as shipped_on,
        sum(case when type = 'sale_out' then 1 else 0 end) as sale_count,
        sum(case when type = 'reship_out' and left_quantity > 0 then 1 else 0 end) as reship_count,
        sum(case when type = 'sale_out' and is_lost then movements.quantity else 0 end) as lost_quantity,
        min(case when type <> 'return_in' then source_row end) as movement_source_row
    from movements
    group by order_key, sku

),

judged as (

    select
        skus.*,
        case
            when ordered_quantity is not null then greatest(left_quantity - ordered_quantity, 0)
            when known.order_key is null and is_in_parcels and largest_quantity = smallest_quantity
                then greatest(left_quantity - largest_quantity, 0)
            else 0
        end as excess_quantity
    from skus
    left join (select distinct order_key from {{ ref("int_order_goods") }}) as known
        on skus.order_key = known.order_key
    where skus.sale_count + skus.reship_count > 0

),

-- Before the orders are looked up: with all that these carry, the groups would take three times the memory.
summed as (

    select
        order_key,
        max(shipped_on) as shipped_on,
        cast(sum(coalesce(ordered_quantity, 0)) as numeric(18, 2)) as ordered_quantity,
        cast(sum(left_quantity) as numeric(18, 2)) as left_quantity,
        cast(sum(lost_quantity) as numeric(18, 2)) as lost_quantity,
        cast(sum(excess_quantity) as numeric(18, 2)) as excess_quantity,
        cast(sum(excess_quantity * unit_price) as numeric(18, 2)) as excess_amount,
        sum(reship_count) as reship_count,
        min(movement_source_row) as movement_source_row
    from judged
    group by order_key

)

select
    summed.order_key, orders.platform, orders.shop_id, orders.order_id, coalesce(orders.currency, 'CNY') as currency,
    summed.shipped_on, summed.ordered_quantity, summed.left_quantity, summed.lost_quantity, summed.excess_quantity,
    summed.excess_amount, orders.source_row, summed.movement_source_row,
    case when summed.excess_quantity > 0 and (summed.reship_count = 0 or tickets.order_key is null) then 'RF15' end as code
from summed
inner join {{ ref("int_orders") }} as orders
    on summed.order_key = orders.order_key
left join (select distinct order_key from {{ ref("int_orders_with_tickets") }}) as tickets
    on summed.order_key = tickets.order_key

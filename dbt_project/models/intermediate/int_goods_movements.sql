-- Grain: one row per stock movement with its order, its case and its goods' value: what really moved, as it stood at
-- the end of as_of.

with

-- What the warehouse says of goods that it sends is how it calls good ones.
sent_as as (

    select distinct lower(condition) as condition
    from {{ ref("int_stock_movements") }}
    where type = 'sale_out'
        and condition is not null

),

linked as (

    select
        movements.*,
        named.after_sale_key,
        named.match_rule,
        coalesce(cases.order_key, movements.platform || '|' || movements.order_id, order_numbers.order_key)
            as order_key,
        {{ business_date('movements.moved_at') }} as moved_on,
        case when {{ business_date('movements.stocked_at') }} <= {{ as_of() }}
            then {{ business_date('movements.stocked_at') }}
        end as stocked_on
    from {{ ref("int_stock_movements") }} as movements
    left join {{ ref("int_movements_of_cases") }} as named
        on movements.movement_id = named.movement_id
    left join {{ ref("int_after_sales") }} as cases
        on named.after_sale_key = cases.after_sale_key
    -- A movement that names no platform belongs to the only order of that number.
    left join {{ ref("int_orders_by_number") }} as order_numbers
        on movements.order_id = order_numbers.order_id
            and movements.platform is null

)

select
    linked.movement_id,
    linked.type,
    coalesce(linked.platform, orders.platform) as platform,
    orders.shop_id,
    coalesce(linked.order_id, orders.order_id) as order_id,
    linked.order_key,
    linked.after_sale_key,
    linked.match_rule,
    linked.sku,
    linked.quantity,
    linked.tracking_no,
    linked.moved_on,
    linked.stocked_on,
    coalesce(linked.status = 'lost', false) as is_lost,
    coalesce(linked.status = 'in_transit', false) and linked.stocked_on is null as is_in_transit,
    -- An unknown word for goods that came back is not taken for good.
    coalesce(conditions.is_good, sent_as.condition is not null or linked.condition is null) as is_good,
    linked.condition,
    coalesce(goods.unit_price, products.unit_price, 0) as unit_price,
    linked.quantity * coalesce(goods.unit_price, products.unit_price, 0) as goods_amount,
    linked.quantity * coalesce(products.unit_price, goods.unit_price, 0) as list_amount,
    linked.source_row
from linked
left join {{ ref("int_orders") }} as orders
    on linked.order_key = orders.order_key
left join {{ ref("int_order_goods") }} as goods
    on linked.order_key = goods.order_key
        and linked.sku = goods.sku
left join {{ ref("int_products") }} as products
    on linked.sku = products.sku
left join {{ ref("stock_conditions") }} as conditions
    on lower(linked.condition) = conditions.condition
left join sent_as
    on lower(linked.condition) = sent_as.condition

-- Grain: one row per order whose parcels were weighed, with what its goods usually weigh and whether it is light. What is
-- usual is learnt from parcels outside clusters, so that a ring does not make itself usual.

with

parcels as (

    select
        movements.platform || '|' || movements.order_id as order_key,
        movements.sku,
        movements.quantity,
        movements.weight_kg,
        case when clusters.order_key is null then 1 else 0 end as is_ordinary
    from {{ ref("int_stock_movements") }} as movements
    left join {{ ref("int_order_clusters") }} as clusters
        on movements.platform || '|' || movements.order_id = clusters.order_key
    where movements.type = 'sale_out'
        and movements.weight_kg >= 0
        and movements.quantity > 0
        and movements.order_id is not null

),

-- Windows, not a join of the parcels to themselves: one pass, however many there are.
compared as (

    select
        *,
        sum(is_ordinary) over of_sku as ordinary_count,
        {{ divided("sum(weight_kg * is_ordinary) over of_sku", "sum(quantity * is_ordinary) over of_sku") }} as unit_weight_kg
    from parcels
    window of_sku as (partition by sku)

),

orders as (

    select
        order_key,
        sum(weight_kg) as weight_kg,
        sum(quantity * unit_weight_kg) as usual_weight_kg,
        sum(case when ordinary_count >= {{ risk_threshold("USUAL_PARCELS") }} then 0 else 1 end) as unknown_count
    from compared
    group by order_key

)

select
    order_key,
    weight_kg,
    case when unknown_count = 0 then usual_weight_kg end as usual_weight_kg,
    case
        -- Goods that nobody weighs have no weight: nothing is empty by that.
        when unknown_count = 0 and usual_weight_kg = 0 then null
        when unknown_count = 0 then weight_kg < usual_weight_kg * {{ risk_threshold("LIGHT_SHARE") }}
        else weight_kg < {{ risk_threshold("LIGHT_KG") }}
    end as is_light
from orders

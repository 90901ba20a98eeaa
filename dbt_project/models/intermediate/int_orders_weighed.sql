-- Grain: one row per order whose parcels were weighed, with what its goods usually weigh and whether it is light. What is
-- usual is learnt from parcels outside clusters, so that a ring does not make itself usual.

with

parcels as (

    select
        movements.platform || '|' || movements.order_id as order_key,
        movements.sku,
        movements.quantity,
        movements.weight_kg
    from {{ ref("int_stock_movements") }} as movements
    where movements.type = 'sale_out'
        and movements.weight_kg >= 0
        and movements.quantity > 0
        and movements.order_id is not null

),

usual as (

    select
        parcels.sku,
        sum(parcels.weight_kg) / sum(parcels.quantity) as unit_weight_kg
    from parcels
    left join {{ ref("int_order_clusters") }} as clusters
        on parcels.order_key = clusters.order_key
    where clusters.order_key is null
    group by parcels.sku
    having count(*) >= {{ risk_threshold("USUAL_PARCELS") }}

),

orders as (

    select
        parcels.order_key,
        sum(parcels.weight_kg) as weight_kg,
        sum(parcels.quantity * usual.unit_weight_kg) as usual_weight_kg,
        sum(case when usual.sku is null then 1 else 0 end) as unknown_count
    from parcels
    left join usual
        on parcels.sku = usual.sku
    group by parcels.order_key

)

select
    order_key,
    weight_kg,
    usual_weight_kg,
    case
        -- Goods that nobody weighs have no weight: nothing is empty by that.
        when unknown_count = 0 and usual_weight_kg = 0 then null
        when unknown_count = 0 then weight_kg < usual_weight_kg * {{ risk_threshold("LIGHT_SHARE") }}
        else weight_kg < {{ risk_threshold("LIGHT_KG") }}
    end as is_light
from orders

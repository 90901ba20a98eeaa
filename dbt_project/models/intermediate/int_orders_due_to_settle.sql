-- Grain: one row per order of a shop that its platform settles, with the day from which its contract counts and the last
-- one on which it may be settled; null while that has not happened.

{{ config(meta={"partition_by": "order"}) }}

with

shipped as (

    select
        platform || '|' || order_id as order_key,
        min({{ business_date("moved_at") }}) as shipped_on
    from {{ ref("int_stock_movements") }}
    where type = 'sale_out'
    group by platform || '|' || order_id

),

dated as (

    select
        orders.order_key,
        orders.settle_days,
        case orders.settle_from
            when 'paid' then orders.paid_on
            -- Where no movement says when it was sent, it was before it was completed.
            when 'shipped' then coalesce(shipped.shipped_on, {{ business_date("orders.completed_at") }})
            when 'shipped_else_paid' then coalesce(shipped.shipped_on, orders.paid_on)
            when 'completed' then {{ business_date("orders.completed_at") }}
        end as settles_from_on
    from {{ ref("int_orders_expected_to_settle") }} as orders
    left join shipped
        on orders.order_key = shipped.order_key
    where orders.is_paid

)

select
    order_key,
    settles_from_on,
    {{ add_days("settles_from_on", "settle_days") }} as due_on
from dated
where settles_from_on <= {{ as_of() }}
    and settle_days is not null

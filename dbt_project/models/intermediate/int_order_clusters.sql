-- Grain: one row per paid order that was placed within minutes of enough others of its device, address or buyer, with the
-- cluster it belongs to: the largest, so that a ring is one cluster and not one of its device and one of its address.

with

keyed as (

    {% for kind, value in {
        "device": "device_id", "address": "address_id", "buyer": "platform || '|' || buyer_id"
    }.items() %}
    select
        order_key,
        '{{ kind }}' as cluster_kind,
        {{ loop.index }} as place,
        {{ value }} as cluster_value,
        ordered_at
    from {{ ref("int_orders") }}
    where is_paid
        and {{ value }} is not null
    {{ "union all" if not loop.last }}
    {% endfor %}

),

spaced as (

    select
        *,
        lag(ordered_at) over (partition by cluster_kind, cluster_value order by ordered_at, order_key) as previous_at
    from keyed

),

numbered as (

    select
        *,
        sum(case
            when {{ minutes_between("previous_at", "ordered_at") }} <= {{ risk_threshold("RING_MINUTES") }} then 0
            else 1
        end) over (
            partition by cluster_kind, cluster_value order by ordered_at, order_key rows unbounded preceding
        ) as cluster_number
    from spaced

),

sized as (

    select
        *,
        count(*) over (partition by cluster_kind, cluster_value, cluster_number) as order_count
    from numbered

),

chosen as (

    select
        *,
        row_number() over (
            partition by order_key order by order_count desc, place, cluster_value, cluster_number
        ) as choice
    from sized
    where order_count >= {{ risk_threshold("RING_ORDERS") }}

),

counted as (

    select
        *,
        count(*) over (partition by cluster_kind, cluster_value, cluster_number) as member_count,
        min(order_key) over (partition by cluster_kind, cluster_value, cluster_number) as first_order_key
    from chosen
    where choice = 1

)

select
    order_key,
    cluster_kind || '|' || cluster_value || '|' || first_order_key as cluster_key,
    cluster_kind,
    cluster_value
from counted
where member_count >= {{ risk_threshold("RING_ORDERS") }}

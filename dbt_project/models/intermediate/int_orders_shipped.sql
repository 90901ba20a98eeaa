-- Grain: one row per order with what the warehouse and the platform say of its shipping by the end of as_of: `shipped`
-- (on a known day), `undated`, `lost` (every parcel), `not_shipped`, or `unknown` where nobody can say.

{{ config(meta={"partition_by": "order"}) }}

with

dated as (

    select
        orders.*,
        parcels.shipped_at,
        {{ business_date("parcels.shipped_at") }} as shipped_on,
        case when {{ business_date("orders.completed_at") }} <= {{ as_of() }}
            then {{ business_date("orders.completed_at") }}
        end as completed_on,
        parcels.order_key is not null as has_left,
        coalesce(orders.ordered_on >= watched.watched_from, false) as is_watched
    from {{ ref("int_orders") }} as orders
    left join {{ ref("int_parcels") }} as parcels
        on orders.order_key = parcels.order_key
    left join {{ ref("int_shipping_coverage") }} as watched
        on orders.platform = watched.platform

)

select
    *,
    case
        when shipped_at is not null then 'shipped'
        when has_left then 'lost'
        when completed_on is not null then 'shipped'
        when status in ('shipped', 'completed') then 'undated'
        when not is_paid or status = 'paid' then 'not_shipped'
        when is_watched then 'not_shipped'
        else 'unknown'
    end as shipping
from dated

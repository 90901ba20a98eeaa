-- Grain: one row per cluster of orders placed within minutes of one another from one device, to one address or by one
-- buyer, with what speaks for fake orders. The one place where the risk leg decides about a ring.

with

orders as (

    select
        clusters.cluster_key,
        clusters.cluster_kind,
        clusters.cluster_value,
        orders.*,
        weighed.is_light,
        row_number() over (partition by clusters.cluster_key order by orders.order_key) as place
    from {{ ref("int_order_clusters") }} as clusters
    inner join {{ ref("int_orders") }} as orders
        on clusters.order_key = orders.order_key
    left join {{ ref("int_orders_weighed") }} as weighed
        on clusters.order_key = weighed.order_key

),

rings as (

    select
        cluster_key,
        cluster_kind,
        cluster_value,
        min(platform) as platform,
        min(currency) as currency,
        case when count(distinct shop_id) = 1 then min(shop_id) end as shop_id,
        min(case when place = 1 then order_id end) as order_id,
        min(buyer_id) as buyer_id,
        count(*) as order_count,
        count(distinct buyer_id) as buyer_count,
        sum(owed_amount) as paid_amount,
        min(ordered_at) as first_at,
        max(ordered_at) as last_at,
        cast({{ minutes_between("min(ordered_at)", "max(ordered_at)") }} as numeric(18, 0)) as minute_count,
        max(ordered_on) as ordered_on,
        sum(case when is_light is not null then 1 else 0 end) as weighed_count,
        sum(case when is_light then 1 else 0 end) as light_count,
        sum(case when cashback_amount > 0 then 1 else 0 end) as cashback_count,
        min(case when place = 1 then source_row end) as source_row
    from orders
    group by cluster_key, cluster_kind, cluster_value

),

decided as (

    select
        *,
        case
            when light_count >= {{ risk_threshold("RING_ORDERS") }}
                and light_count > weighed_count * {{ risk_threshold("RING_SHARE") }} then 'light_parcels'
            -- Without a weight, only a device that earns cashback for several people tells.
            when weighed_count = 0
                and cluster_kind = 'device'
                and buyer_count >= {{ risk_threshold("RING_ORDERS") }}
                and cashback_count > order_count * {{ risk_threshold("RING_SHARE") }} then 'cashback_only'
        end as reason
    from rings

)

select
    *,
    case when reason is not null then 'RK02' end as code,
    case when reason is not null then 'exception' else 'matched' end as state
from decided

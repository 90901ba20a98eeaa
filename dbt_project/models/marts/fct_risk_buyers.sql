-- Grain: one row per platform and buyer who had an order refunded without a return though its goods were sent, beside the
-- other buyers of the same shops. The one place where the risk leg decides about a buyer.

with

-- Whoever stands out by count and share does not tell what is usual.
marked as (

    select
        *,
        sum(refunded_count) over buyers >= {{ risk_threshold("ABUSE_ORDERS") }}
        and sum(refunded_count) over buyers >= sum(order_count) over buyers * {{ risk_threshold("ABUSE_SHARE") }} as stands_out
    from {{ ref("int_buyers_refunded_only") }}
    window buyers as (partition by platform, buyer_id)

),

-- One refunded and one other order are added, so that a small shop is never certain of what is usual.
shops as (

    select
        platform,
        shop_key,
        {{ divided(
            "sum(case when stands_out then 0 else refunded_count end) + 1",
            "max(shop_order_count) - sum(case when stands_out then order_count else 0 end) + 2"
        ) }} as usual_share
    from marked
    group by platform, shop_key

),

buyers as (

    select
        marked.platform,
        marked.buyer_id,
        case when count(*) = 1 then nullif(min(marked.shop_key), '') end as shop_id,
        min(marked.currency) as currency,
        cast(sum(marked.order_count) as bigint) as order_count,
        cast(sum(marked.refunded_count) as bigint) as refunded_count,
        sum(marked.refund_amount) as refund_amount,
        max(marked.refunded_on) as refunded_on,
        min(marked.source_row) as source_row,
        max(case when marked.stands_out then 1 else 0 end) = 1 as stands_out,
        sum(marked.order_count * shops.usual_share) as usual_count,
        sum(marked.order_count * shops.usual_share * (1 - shops.usual_share)) as usual_variance
    from marked
    inner join shops
        on marked.platform = shops.platform
            and marked.shop_key = shops.shop_key
    group by marked.platform, marked.buyer_id

),

measured as (

    select
        *,
        platform || '|' || buyer_id as buyer_key,
        {{ divided("refunded_count", "order_count") }} as refunded_share,
        {{ divided("usual_count", "order_count") }} as usual_share,
        cast({{ divided("refunded_count - usual_count", square_root("usual_variance")) }} as numeric(18, 1))
            as deviation_count
    from buyers

),

decided as (

    select
        *,
        case when stands_out and deviation_count >= {{ risk_threshold("ABUSE_DEVIATIONS") }} then 'RK01' end as code
    from measured

)

select
    *,
    case when code is not null then 'exception' else 'matched' end as state
from decided

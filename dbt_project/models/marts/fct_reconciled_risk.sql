-- Grain: one row per paid order (ours) and per refund-only case that was refunded (theirs), with the state it ended in:
-- matched means that nothing speaks against it.

{{ config(materialized="view") }}

with

orders as (

    select
        orders.*,
        rings.cluster_key,
        case rings.cluster_kind when 'buyer' then 'buyer' else 'device' end as ring_type,
        rings.currency as ring_currency,
        rings.code
    from {{ ref("int_orders") }} as orders
    left join {{ ref("int_order_clusters") }} as clusters
        on orders.order_key = clusters.order_key
    left join {{ ref("fct_risk_rings") }} as rings
        on clusters.cluster_key = rings.cluster_key
            and rings.code is not null
    where orders.is_paid

),

stated as (

    select
        *,
        case when code is not null then 'exception' else 'matched' end as state
    from orders

),

cases as (

    select
        cases.*,
        case when buyers.code is not null then 'buyer' else 'after_sale' end as exception_type,
        case when buyers.code is not null then buyers.buyer_key else cases.after_sale_key end as exception_key,
        coalesce(buyers.currency, cases.currency) as exception_currency
    from {{ ref("fct_risk_refunds") }} as cases
    left join {{ ref("fct_risk_buyers") }} as buyers
        on cases.buyer_key = buyers.buyer_key
            and buyers.code is not null

)

{{ reconciliation_rows("risk", "ours", "order", "stated", {
    "entity_id": "order_id", "platform": "platform", "channel": "pay_channel", "shop_id": "shop_id",
    "business_on": "coalesce(paid_on, ordered_on)", "amount": "owed_amount", "state": "state", "reason": "code",
    "exception_id": exception_id("risk", "ring_type", "cluster_key", "ring_currency")
}) }}
union all
{{ reconciliation_rows("risk", "theirs", "after_sale", "cases", {
    "entity_id": "after_sale_id", "platform": "platform", "shop_id": "shop_id", "business_on": "refunded_on",
    "amount": "-refund_amount", "state": "state", "reason": "coalesce(code, buyer_code)",
    "exception_id": exception_id("risk", "exception_type", "exception_key", "exception_currency")
}) }}

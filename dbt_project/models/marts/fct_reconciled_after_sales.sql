-- Grain: one row per after-sale case, per compensation of a channel and per stock movement, with the state it ended in.
-- Goods have no amount of money of their own here.

{{ config(materialized="view") }}

with

cases as (

    select * from {{ ref("fct_after_sales") }}

),

movements as (

    select
        movements.*,
        coalesce(cases.currency, shipments.currency, 'CNY') as currency,
        case
            when movements.after_sale_key is not null then cases.state
            when movements.order_key is null then 'excluded'
            when movements.type in ('sale_out', 'reship_out') and shipments.code is not null then 'exception'
            when movements.type = 'sale_out' and shipments.order_key is not null then 'matched'
            else 'excluded'
        end as state,
        case
            when movements.after_sale_key is not null
                then coalesce(cases.excluded_reason, cases.code, movements.match_rule)
            when shipments.order_key is null then 'no_order'
            when movements.type in ('sale_out', 'reship_out') and shipments.code is not null then shipments.code
            when movements.type = 'sale_out' then 'order'
            else 'no_case'
        end as reason,
        case when movements.after_sale_key is not null then 'after_sale' else 'order' end as exception_type,
        coalesce(movements.after_sale_key, movements.order_key) as exception_key
    from {{ ref("int_goods_movements") }} as movements
    left join cases
        on movements.after_sale_key = cases.after_sale_key
    left join {{ ref("fct_shipments") }} as shipments
        on movements.order_key = shipments.order_key

)

{{ reconciliation_rows("after_sales", "ours", "after_sale", "cases", {
    "entity_id": "after_sale_id", "platform": "platform", "shop_id": "shop_id", "business_on": "applied_on",
    "amount": "-coalesce(applied_amount, 0)", "state": "state",
    "reason": "coalesce(excluded_reason, code, status)",
    "exception_id": exception_id("after_sales", "'after_sale'", "after_sale_key", "currency")
}) }}
union all
{{ reconciliation_rows("after_sales", "theirs", "stock_movement", "movements", {
    "entity_id": "movement_id", "platform": "platform", "shop_id": "shop_id", "business_on": "moved_on", "amount": "0",
    "state": "state", "reason": "reason",
    "exception_id": exception_id("after_sales", "exception_type", "exception_key", "currency")
}) }}
union all
{{ reconciliation_rows("after_sales", "theirs", "transaction", ref("fct_compensations"), {
    "entity_id": "transaction_id", "platform": "platform", "channel": "channel", "shop_id": "shop_id",
    "account_id": "account_id", "business_on": "occurred_on", "amount": "amount", "state": "state",
    "reason": "coalesce(excluded_reason, code, approval_key)",
    "exception_id": exception_id("after_sales", "'transaction'", "transaction_key", "currency")
}) }}

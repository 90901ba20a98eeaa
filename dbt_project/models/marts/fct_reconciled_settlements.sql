-- Grain: one row per order and per settlement line, with the state it ended in. A line of an order shares the exception
-- of its component.

{{ config(materialized="view") }}

with

orders as (

    select
        orders.*,
        settlements.component_code,
        coalesce(settlements.state, 'excluded') as state,
        case
            when settlements.order_key is null then 'no_counterpart_source'
            else coalesce(settlements.component_code, settlements.excluded_reason, settlements.code,
                case when settlements.is_awaited then 'not_complete_yet' else 'order' end)
        end as reason,
        case when settlements.component_code is null
            then {{ exception_id("settlements", "'order'", "orders.order_key", "orders.currency") }}
            else components.exception_id end as exception_id
    from {{ ref("int_orders") }} as orders
    left join {{ ref("fct_settlements") }} as settlements
        on orders.order_key = settlements.order_key
    left join (
        select
            order_key,
            code,
            min(exception_id) as exception_id
        from {{ ref("fct_settlement_components") }}
        group by order_key, code
    ) as components
        on orders.order_key = components.order_key
            and settlements.component_code = components.code

),

lines as (

    select
        lines.*,
        case when lines.code is not null
            then {{ exception_id("settlements", "'settlement_line'", "lines.settlement_line_key", "lines.currency") }}
            else components.exception_id end as exception_id
    from {{ ref("fct_settlement_lines") }} as lines
    left join (
        select
            order_key,
            component,
            exception_id
        from {{ ref("fct_settlement_components") }}
        where code is not null
    ) as components
        on lines.order_key = components.order_key
            and lines.component = components.component

)

{{ reconciliation_rows("settlements", "ours", "order", "orders", {
    "entity_id": "order_id", "platform": "platform", "shop_id": "shop_id",
    "business_on": "coalesce(case when is_paid then paid_on end, ordered_on)", "amount": "owed_amount",
    "state": "state", "reason": "reason", "exception_id": "exception_id"
}) }}
union all
{{ reconciliation_rows("settlements", "theirs", "settlement_line", "lines", {
    "entity_id": "line_id", "platform": "platform", "shop_id": "shop_id", "business_on": "settled_on",
    "amount": "amount", "state": "state", "reason": "reason", "exception_id": "exception_id"
}) }}

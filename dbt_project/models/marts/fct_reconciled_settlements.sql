-- Grain: one row per order, per settlement line and per transaction of a channel's bill with or without a fee, with the
-- state it ended in. A line of an order shares the exception of its component, a transaction that of its payment's fee.

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

),

charges as (

    select
        charges.*,
        fees.exception_id,
        coalesce(fees.state, 'excluded') as state,
        coalesce(fees.code, fees.excluded_reason, case
            when fees.is_awaited then 'not_complete_yet'
            when fees.payment_key is not null then 'payment'
            when charges.payment_key is null then 'of_no_payment'
            else 'no_contract'
        end) as reason
    from {{ ref("int_channel_charges") }} as charges
    left join {{ ref("fct_channel_fees") }} as fees
        on charges.payment_key = fees.payment_key
            and charges.component = fees.component

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
union all
{{ reconciliation_rows("settlements", "theirs", "transaction", "charges", {
    "entity_id": "transaction_id", "platform": "platform", "channel": "channel", "shop_id": "shop_id",
    "account_id": "account_id", "business_on": "occurred_on", "amount": "charged_amount", "state": "state",
    "reason": "reason", "exception_id": "exception_id"
}) }}

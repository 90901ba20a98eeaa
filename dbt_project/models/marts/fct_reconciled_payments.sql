-- Grain: one row per order and per payment transaction, with the state it ended in.

{{ config(materialized="view") }}

with

orders as (

    select
        orders.*,
        payments.state,
        payments.excluded_reason,
        payments.code,
        payments.currency as payable_currency
    from {{ ref("int_orders") }} as orders
    inner join {{ ref("fct_payments") }} as payments
        on orders.payable_id = payments.payable_id

),

payments as (

    select
        transactions.*,
        payables.platform,
        payables.shop_id,
        payables.payable_id,
        payables.currency as payable_currency,
        case
            when transactions.status <> 'success' then 'excluded'
            when payables.payable_id is not null then payables.state
            when orphans.is_active then 'exception'
            else 'excluded'
        end as state,
        case
            when transactions.status <> 'success' then 'not_successful'
            when payables.payable_id is not null
                then coalesce(payables.excluded_reason, payables.code, matched.match_rule)
            when orphans.is_active then 'OP02'
            else 'no_counterpart_source'
        end as reason
    from {{ ref("int_channel_transactions") }} as transactions
    left join {{ ref("int_transactions_matched_to_orders") }} as matched
        on transactions.transaction_key = matched.transaction_key
    left join {{ ref("fct_payments") }} as payables
        on matched.payable_id = payables.payable_id
    left join {{ ref("fct_orphan_payments") }} as orphans
        on transactions.transaction_key = orphans.transaction_key
    where transactions.type = 'payment'

)

{{ reconciliation_rows("payments", "ours", "order", "orders", {
    "entity_id": "order_id", "platform": "platform", "channel": "pay_channel", "shop_id": "shop_id",
    "business_on": "coalesce(case when is_paid then paid_on end, ordered_on)", "amount": "owed_amount",
    "state": "state", "reason": "coalesce(excluded_reason, code)", "reference": "coalesce(merchant_order_no, order_id)",
    "exception_id": exception_id("payments", "'order'", "payable_id", "payable_currency")
}) }}
union all
{{ reconciliation_rows("payments", "theirs", "transaction", "payments", {
    "entity_id": "transaction_id", "platform": "platform", "channel": "channel", "shop_id": "shop_id",
    "account_id": "account_id", "business_on": "occurred_on", "amount": "amount", "state": "state", "reason": "reason",
    "reference": "merchant_order_no",
    "exception_id": "case when payable_id is null then " ~ exception_id("payments", "'transaction'", "transaction_key", "currency")
        ~ " else " ~ exception_id("payments", "'order'", "payable_id", "payable_currency") ~ " end"
}) }}

-- Grain: one row per entry of the bridge about receipts that belong to no order.

{{ config(materialized="view") }}

with

transactions as (

    select * from {{ ref("int_transactions_placed") }}

),

orphans as (

    select
        facts.transaction_key,
        facts.transaction_id,
        facts.currency,
        facts.amount,
        facts.occurred_on,
        case when facts.is_active then 'OP02' else 'no_counterpart_source' end as line,
        placed.platform,
        placed.shop_id,
        placed.account_id
    from {{ ref("fct_orphan_payments") }} as facts
    left join transactions as placed
        on facts.transaction_key = placed.transaction_key

)

{% set transaction = {"item_type": "transaction", "item_key": "transaction_key", "item_id": "transaction_id",
    "business_on": "occurred_on", "amount": "amount"} %}

{{ bridge_entries("transactions", transaction, "type = 'payment' and payable_id is null") }}
union all
{{ bridge_entries("orphans", dict(transaction, line="line")) }}

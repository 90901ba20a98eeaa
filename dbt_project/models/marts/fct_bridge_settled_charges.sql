-- Grain: one row per entry of the bridge about what is neither a buyer's payment nor a refund: fees of channels and
-- platforms by kind, compensations, and receipts and settlement lines that belong to no order.

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

),

others as (

    select *
    from transactions
    where type not in ('payment', 'refund')
        and not (type = 'cashback' and payable_id is not null)

),

lines as (

    select
        *,
        case
            when type in ('sale', 'refund', 'subsidy') and payable_id is null then 'unlinked'
            when type = 'refund' then 'refund_unnamed'
            else type
        end as line
    from {{ ref("int_settlement_lines_placed") }}
    where not (type in ('sale', 'subsidy') and payable_id is not null)
        and not (type = 'refund' and refund_key is not null)

)

{% set transaction = {"item_type": "transaction", "item_key": "transaction_key", "item_id": "transaction_id",
    "business_on": "occurred_on", "amount": "amount"} %}
{% set fee = dict(transaction, item_type="fee", amount="fee_amount") %}
{% set settled = {"item_type": "settlement_line", "item_key": "settlement_line_key", "item_id": "line_id",
    "business_on": "settled_on", "amount": "amount"} %}

{{ bridge_entries("transactions", transaction, "type = 'payment' and payable_id is null") }}
union all
{{ bridge_entries("orphans", dict(transaction, line="line")) }}
{% for line in ["null", "type"] -%}
union all
{{ bridge_entries("others", dict(transaction, line=line)) }}
{% endfor -%}
{% for line in ["null", "'channel_fee'"] -%}
union all
{{ bridge_entries("transactions", dict(fee, line=line), "fee_amount <> 0") }}
{% endfor -%}
{% for line in ["null", "line"] -%}
union all
{{ bridge_entries("lines", dict(settled, line=line)) }}
{% endfor -%}

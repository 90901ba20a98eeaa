-- Grain: one row per entry of the bridge about refunds: what platforms refunded, what channels paid out for it and what
-- platforms took back in their settlements.

{{ config(materialized="view") }}

with

outflows as (

    select outflows.*, {{ is_surplus_sent_back("outflows") }} as is_surplus
    from {{ ref("fct_refund_outflows") }} as outflows
    where outflows.status = 'success'

),

-- A surplus that the channel sent back is told with the payment.
paid_out as (

    select placed.*, facts.refund_key
    from {{ ref("int_transactions_placed") }} as placed
    left join (select transaction_key, is_surplus, min(refund_key) as refund_key from outflows group by 1, 2) as facts
        on placed.transaction_key = facts.transaction_key
    where placed.type = 'refund' and not coalesce(facts.is_surplus, false)

),

alone as (

    select
        placed.*,
        outflows.amount as fact_amount,
        coalesce(outflows.code, outflows.excluded_reason, 'refund_not_recorded') as line
    from outflows
    inner join {{ ref("int_transactions_placed") }} as placed on outflows.transaction_key = placed.transaction_key
    where outflows.refund_key is null and not outflows.is_surplus

),

taken_back as (

    select * from {{ ref("int_settlement_lines_placed") }} where type = 'refund' and refund_key is not null

),

-- What each refund came to: as recorded (in its own currency), as paid out, as taken back.
moved as (

    select refund_key, currency, sum(outflow) as outflow_amount, sum(line) as line_amount, sum(amount) as amount
    from (
        select refund_key, currency, amount as outflow, 0 as line, amount from outflows where refund_key is not null
        union all
        select refund_key, currency, 0, amount, amount from taken_back
        union all
        select refund_key, coalesce(currency, 'CNY'), 0, 0, amount from {{ ref("fct_refunds") }}
    ) as parts
    group by refund_key, currency

),

named as (

    select
        refunds.refund_key, refunds.refund_id, refunds.platform, refunds.shop_id, refunds.refunded_on,
        moved.currency, moved.amount,
        case
            when refunds.state = 'exception' then refunds.code
            when refunds.state = 'pending' then 'in_transit'
            when moved.line_amount <> 0 and moved.outflow_amount <> 0 then 'collected_twice'
            when moved.line_amount <> 0 then 'settlement_difference'
            when refunds.excluded_reason = 'no_counterpart_source' and moved.outflow_amount = 0
                and refunds.platform in (select platform from {{ ref("int_settlement_lines") }}) then 'unsettled'
            when refunds.excluded_reason <> 'nothing_owed' then refunds.excluded_reason
            when abs(moved.amount) <= refunds.tolerance_amount then 'tolerance'
            else 'approved_otherwise'
        end as line
    from {{ ref("fct_refunds") }} as refunds
    inner join moved on refunds.refund_key = moved.refund_key

)

{% set refund = {"item_type": "refund", "item_key": "refund_key", "account_id": "null", "business_on": "refunded_on"} %}
{% set paired, unpaired = "refund_key is not null", "refund_key is null" %}
{% set outflow = {"item_type": "transaction", "item_key": "transaction_key", "business_on": "occurred_on"} %}

{{ bridge_entries(ref("int_refunds_placed"), refund) }}
union all
{{ bridge_entries("paid_out", dict(refund, account_id="account_id", business_on="occurred_on"), paired) }}
union all
{{ bridge_entries("paid_out", outflow, unpaired) }}
union all
{{ bridge_entries("taken_back", dict(refund, business_on="settled_on")) }}
union all
{{ bridge_entries("named", dict(refund, item_id="refund_id", line="line")) }}
union all
{{ bridge_entries("alone", dict(outflow, item_id="transaction_id", line="line", amount="fact_amount")) }}

-- Grain: one row per entry of the bridge about settlement batches: their lines, the payouts made for them, what was
-- carried from batch to batch, and what is not paid out yet.

{{ config(materialized="view") }}

with

lines as (

    select * from {{ ref("int_settlement_lines_placed") }}

),

payouts as (

    select * from {{ ref("int_payouts_placed") }} where paid_from = 'batch'

),

batches as (

    select
        *,
        platform || '|' || coalesce(batch_id, '') as item_key,
        case when pending_reason = 'not_paid_out_yet' then 'in_transit' else 'carried' end as unpaid_line,
        case
            when code is not null then code
            when abs(gap_amount)
                <= {{ tolerance("batches", "batches.platform", "batches.currency", "batches.settled_on") }}
                then 'tolerance'
            else 'carried'
        end as gap_line
    from {{ ref("fct_settlement_batches") }} as batches

)

{% set batch = {"item_type": "batch", "item_key": "batch_key"} %}
{% set fact = dict(batch, item_key="item_key", item_id="batch_id", account_id="null", business_on="settled_on") %}

{{ bridge_entries("lines", dict(batch, business_on="settled_on", amount="-amount")) }}
union all
{{ bridge_entries("payouts", dict(batch, business_on="made_on")) }}
union all
{{ bridge_entries("batches", dict(fact, line="unpaid_line", amount="-batch_amount"), "payout_key is null") }}
union all
{{ bridge_entries("batches", dict(fact, line="'carried'", amount="carried_in_amount"), "payout_key is not null") }}
union all
{{ bridge_entries("batches", dict(fact, line="gap_line", amount="gap_amount"), "payout_key is not null") }}

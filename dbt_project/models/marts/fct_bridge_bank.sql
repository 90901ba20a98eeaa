-- Grain: one row per entry of the bridge's step from payouts to the bank: transfers with both sides, payouts that are
-- in no statement, and all other lines of the statements by what explains them.

{{ config(materialized="view") }}

with

payouts as (

    select
        placed.*,
        facts.transfer_id
    from {{ ref("int_payouts_placed") }} as placed
    left join (
        select payout_key, min(transfer_id) as transfer_id from {{ ref("fct_payouts") }} group by payout_key
    ) as facts
        on placed.payout_key = facts.payout_key

),

lines as (

    select
        placed.*,
        facts.transfer_id
    from {{ ref("int_bank_lines_placed") }} as placed
    left join (
        select bank_line_key, min(transfer_id) as transfer_id from {{ ref("fct_bank_lines") }} group by bank_line_key
    ) as facts
        on placed.bank_line_key = facts.bank_line_key

),

not_credited as (

    select
        placed.*,
        -facts.amount as difference_amount,
        case
            when facts.state = 'pending' then 'in_transit'
            when facts.is_returned and facts.code is null then 'returned_payout'
            else coalesce(facts.code, facts.excluded_reason, 'tolerance')
        end as line
    from {{ ref("fct_payouts") }} as facts
    inner join {{ ref("int_payouts_placed") }} as placed
        on facts.payout_key = placed.payout_key
    where facts.transfer_id is null

),

others as (

    select
        placed.*,
        facts.amount as difference_amount,
        coalesce(facts.code, facts.excluded_reason) as line
    from {{ ref("fct_bank_lines") }} as facts
    inner join {{ ref("int_bank_lines_placed") }} as placed
        on facts.bank_line_key = placed.bank_line_key
    where facts.transfer_id is null

)

{% set transfer = {"item_type": "transfer", "item_key": "transfer_id", "business_on": "made_on"} %}
{% set decided = dict(transfer, item_id="payout_id") %}
{% set payout = {"item_type": "payout", "item_key": "payout_key", "item_id": "payout_id", "business_on": "made_on"} %}
{% set line = {"item_type": "bank_line", "item_key": "bank_line_key", "item_id": "line_id",
    "business_on": "booked_on"} %}
{% set credited, alone = "transfer_id is not null", "transfer_id is null" %}

{{ bridge_entries("payouts", dict(transfer, amount="-amount"), credited) }}
union all
{{ bridge_entries("lines", dict(transfer, business_on="booked_on"), credited) }}
union all
{{ bridge_entries(ref("fct_bridge_transfers"), dict(decided, line="line", amount="gap_amount")) }}
union all
{{ bridge_entries(ref("fct_bridge_transfers"), dict(decided, line="'payout_fee'", amount="fee_amount")) }}
union all
{{ bridge_entries(ref("fct_bridge_transfers"), dict(decided, line="'carried'", amount="netted_amount")) }}
union all
{{ bridge_entries("payouts", dict(payout, amount="-amount"), alone) }}
union all
{{ bridge_entries("not_credited", dict(payout, line="line", amount="difference_amount")) }}
union all
{{ bridge_entries("lines", line, alone) }}
union all
{{ bridge_entries("others", dict(line, line="line", amount="difference_amount")) }}

-- Grain: one row per settlement line, per payout and per bank line, with the state it ended in. All parts of a transfer
-- or batch that does not tie out share its exception, which stands at the first payout.

{{ config(materialized="view") }}

with

payouts as (

    select * from {{ ref("fct_payouts") }}

),

transfers as (

    select
        transfer_id,
        min(payout_key) as payout_key,
        min(currency) as currency,
        min(state) as state,
        min(code) as code
    from payouts
    where code is not null
        and batch_code is null
        and transfer_id is not null
    group by transfer_id

),

paid as (

    select
        payouts.*,
        coalesce(case when payouts.code is not null then payouts.payout_key end, transfers.payout_key) as exception_key,
        case when payouts.state = 'matched' then coalesce(transfers.state, 'matched') else payouts.state end as row_state,
        coalesce(payouts.excluded_reason, payouts.code, transfers.code, payouts.match_rule) as row_reason
    from payouts
    left join transfers
        on payouts.transfer_id = transfers.transfer_id

),

bank_lines as (

    select
        lines.*,
        transfers.payout_key,
        transfers.currency as transfer_currency,
        case when lines.state = 'matched' then coalesce(transfers.state, 'matched') else lines.state end as row_state,
        coalesce(lines.excluded_reason, lines.code, transfers.code) as row_reason
    from {{ ref("fct_bank_lines") }} as lines
    left join transfers
        on lines.transfer_id = transfers.transfer_id

),

settlement_lines as (

    select
        lines.*,
        batches.payout_key,
        batches.currency as batch_currency,
        case
            when batches.code is not null then 'exception'
            when batches.pending_reason is not null then 'pending'
            else 'matched'
        end as state,
        coalesce(batches.code, batches.pending_reason, 'batch') as reason
    from {{ ref("int_settlement_lines") }} as lines
    inner join {{ ref("fct_settlement_batches") }} as batches
        on lines.batch_key = batches.batch_key

)

{{ reconciliation_rows("batches", "ours", "settlement_line", "settlement_lines", {
    "entity_id": "line_id", "platform": "platform", "shop_id": "shop_id", "business_on": "settled_on",
    "amount": "amount", "state": "state", "reason": "reason",
    "exception_id": exception_id("payouts", "'payout'", "payout_key", "batch_currency")
}) }}
union all
{{ reconciliation_rows("payouts", "ours", "payout", "paid", {
    "entity_id": "payout_id", "platform": "platform", "account_id": "account_id", "business_on": "made_on",
    "amount": "amount", "state": "row_state", "reason": "row_reason", "reference": "coalesce(bank_reference, payout_id)",
    "exception_id": exception_id("payouts", "'payout'", "exception_key", "currency")
}) }}
union all
{{ reconciliation_rows("payouts", "theirs", "bank_line", "bank_lines", {
    "entity_id": "line_id", "account_id": "account_id", "business_on": "booked_on", "amount": "amount",
    "state": "row_state", "reason": "row_reason", "reference": "reference",
    "exception_id": "case when payout_key is null then " ~ exception_id("payouts", "'bank_line'", "bank_line_key", "currency")
        ~ " else " ~ exception_id("payouts", "'payout'", "payout_key", "transfer_currency") ~ " end"
}) }}

-- Grain: one row per transfer: payouts and bank lines that belong together, with both sides' totals.

with

members as (

    select distinct
        transfer_id,
        payout_key
    from {{ ref("int_payouts_matched_to_bank_lines") }}

),

payouts as (

    select
        members.transfer_id,
        count(*) as payout_count,
        min(members.payout_key) as first_payout_key,
        sum(payouts.amount) as paid_out_amount
    from members
    inner join {{ ref("int_payouts") }} as payouts
        on members.payout_key = payouts.payout_key
    group by members.transfer_id

),

-- Batches below zero that the payer kept back from a credit.
netted as (

    select
        netted.transfer_id,
        sum(batches.batch_amount) as netted_amount
    from {{ ref("int_batches_netted") }} as netted
    inner join {{ ref("int_batches_kept_back") }} as batches
        on netted.batch_key = batches.batch_key
    group by netted.transfer_id

),

credits as (

    select
        matched.transfer_id,
        min(matched.match_rule) as match_rule,
        count(*) as line_count,
        sum(lines.amount) as credited_amount,
        sum(case when lines.amount < 0 then 1 else 0 end) as reversal_count,
        min(lines.line_id) as bank_line_id,
        min(lines.account_id) as bank_account_id,
        max(lines.booked_on) as credited_on,
        min(lines.source_row) as bank_source_row
    from (
        select distinct
            transfer_id,
            bank_line_key,
            match_rule
        from {{ ref("int_payouts_matched_to_bank_lines") }}
    ) as matched
    inner join {{ ref("int_bank_lines") }} as lines
        on matched.bank_line_key = lines.bank_line_key
    group by matched.transfer_id

)

select
    payouts.*,
    coalesce(netted.netted_amount, 0) as netted_amount,
    credits.match_rule,
    credits.line_count,
    credits.credited_amount,
    credits.reversal_count,
    credits.bank_line_id,
    credits.bank_account_id,
    credits.credited_on,
    credits.bank_source_row
from payouts
inner join credits
    on payouts.transfer_id = credits.transfer_id
left join netted
    on payouts.transfer_id = netted.transfer_id

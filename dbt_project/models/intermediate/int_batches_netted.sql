-- Grain: one row per settlement batch below zero that a credit is smaller by, with its transfer: part of a set that was
-- searched, or the one batch that is just what a credit with a name lacks.

with

matched as (

    select distinct
        transfer_id,
        payout_key,
        bank_line_key
    from {{ ref("int_payouts_matched_to_bank_lines") }}

),

searched as (

    select distinct
        sets.member_key as batch_key,
        matched.transfer_id
    from {{ ref("stg_matching__payout_sets") }} as sets
    inner join matched
        on sets.target_key = matched.bank_line_key
    where sets.outcome = 'taken'
        and sets.member_type = 'batch'

),

paid_out as (

    select
        members.transfer_id,
        min(payouts.platform) as platform,
        min(payouts.currency) as currency,
        sum(payouts.amount) as paid_out_amount
    from (select distinct transfer_id, payout_key from matched) as members
    inner join {{ ref("int_payouts") }} as payouts
        on members.payout_key = payouts.payout_key
    group by members.transfer_id

),

credited as (

    select
        members.transfer_id,
        sum(lines.amount) as credited_amount,
        max(lines.booked_on) as credited_on
    from (select distinct transfer_id, bank_line_key from matched) as members
    inner join {{ ref("int_bank_lines") }} as lines
        on members.bank_line_key = lines.bank_line_key
    group by members.transfer_id

),

lacking as (

    select
        batches.batch_key,
        paid_out.transfer_id,
        count(*) over (partition by batches.batch_key) as transfer_count,
        count(*) over (partition by paid_out.transfer_id) as batch_count
    from paid_out
    inner join credited
        on paid_out.transfer_id = credited.transfer_id
    inner join {{ ref("int_batches_kept_back") }} as batches
        on paid_out.platform = batches.platform
            and paid_out.currency = batches.currency
            and credited.credited_amount - paid_out.paid_out_amount = batches.batch_amount
            and credited.credited_on between batches.settled_on and batches.last_on
    where batches.batch_key not in (select batch_key from searched)
        and paid_out.transfer_id not in (select transfer_id from searched)

)

select batch_key, transfer_id from searched
union all
select batch_key, transfer_id from lacking where transfer_count = 1 and batch_count = 1

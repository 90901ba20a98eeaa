-- Grain: one row per transfer (payouts and the bank lines that pay them) whose credit is smaller than what was paid out,
-- with what it lacks.

with

matched as (

    select distinct
        transfer_id,
        payout_key,
        bank_line_key
    from {{ ref("int_payouts_matched_to_bank_lines") }}

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

)

select
    paid_out.transfer_id,
    paid_out.platform,
    paid_out.currency,
    credited.credited_on,
    credited.credited_amount - paid_out.paid_out_amount as gap_amount
from paid_out
inner join credited
    on paid_out.transfer_id = credited.transfer_id
where credited.credited_amount < paid_out.paid_out_amount

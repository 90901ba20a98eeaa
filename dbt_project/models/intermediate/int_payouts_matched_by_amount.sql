-- Grain: one row per payout and credit of the same amount among the candidates; equal ones pair in order of time.

with

candidates as (

    select * from {{ ref("int_payout_candidates") }}
    where payout_amount = credit_amount

),

payouts as (

    select
        payout_key,
        row_number() over (
            partition by platform, payout_amount, account_id order by min(made_on), payout_key
        ) as place
    from candidates
    group by payout_key, platform, payout_amount, account_id

),

credits as (

    select
        bank_line_key,
        row_number() over (
            partition by platform, credit_amount, account_id order by min(booked_on), bank_line_key
        ) as place
    from candidates
    group by bank_line_key, platform, credit_amount, account_id

)

select
    candidates.payout_key,
    candidates.bank_line_key
from candidates
inner join payouts
    on candidates.payout_key = payouts.payout_key
inner join credits
    on candidates.bank_line_key = credits.bank_line_key
        and payouts.place = credits.place

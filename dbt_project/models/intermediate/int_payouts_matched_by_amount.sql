-- Grain: one row per payout and credit of the same amount among the candidates. Equal ones of one payer pair in order of
-- time; each payout and each credit is taken once, whatever platforms share the payer's name.

with

candidates as (

    select * from {{ ref("int_payout_candidates") }}
    where payout_amount = credit_amount

),

payouts as (

    select
        payout_key,
        counterparty_name,
        account_id,
        row_number() over (
            partition by counterparty_name, account_id, payout_amount order by min(made_on), payout_key
        ) as place
    from candidates
    group by payout_key, counterparty_name, account_id, payout_amount

),

credits as (

    select
        bank_line_key,
        counterparty_name,
        row_number() over (
            partition by counterparty_name, account_id, credit_amount order by min(booked_on), bank_line_key
        ) as place
    from candidates
    group by bank_line_key, counterparty_name, account_id, credit_amount

),

paired as (

    select
        candidates.payout_key,
        candidates.bank_line_key,
        min(candidates.booked_on) as booked_on
    from candidates
    inner join payouts
        on candidates.payout_key = payouts.payout_key
            and candidates.counterparty_name = payouts.counterparty_name
            and candidates.account_id = payouts.account_id
    inner join credits
        on candidates.bank_line_key = credits.bank_line_key
            and payouts.place = credits.place
    group by candidates.payout_key, candidates.bank_line_key

),

first_credits as (

    select
        *,
        row_number() over (partition by payout_key order by booked_on, bank_line_key) as credit_rank
    from paired

),

first_payouts as (

    select
        *,
        row_number() over (partition by bank_line_key order by payout_key) as payout_rank
    from first_credits
    where credit_rank = 1

)

select
    payout_key,
    bank_line_key
from first_payouts
where payout_rank = 1

-- Grain: one row per credit of the only set of credits, none of which names a payout, that add up to one payout.

with recursive

explained as (

    select * from {{ ref("int_payouts_matched_by_amount") }}
    union all
    select * from {{ ref("int_payouts_matched_by_sum") }}

),

candidates as (

    select
        candidates.payout_key as one_key,
        candidates.payout_amount as one_amount,
        candidates.account_id as family,
        candidates.bank_line_key as many_key,
        candidates.credit_amount as many_amount,
        candidates.booked_on as made_on
    from {{ ref("int_payout_candidates") }} as candidates
    where candidates.payout_key not in (select payout_key from explained)
        and candidates.bank_line_key not in (select bank_line_key from explained)

),

{{ only_sets() }}

select
    one_key as payout_key,
    many_key as bank_line_key
from members

-- Grain: one row per payout and credit that are each other's nearest among the candidates left, and near enough
-- (tolerance PAYOUT_NEAR): one break, reported as BK03, instead of a missing payout and an unknown credit. What an exact
-- set may explain is not near anything.

with

explained as (

    select payout_key as key from {{ ref("int_payouts_matched_by_amount") }}
    union
    select bank_line_key from {{ ref("int_payouts_matched_by_amount") }}
    union
    select target_key from {{ ref("stg_matching__payout_sets") }} where outcome <> 'chance'
    union
    select member_key from {{ ref("stg_matching__payout_sets") }} where outcome <> 'chance'

),

candidates as (

    select
        candidates.*,
        abs(candidates.payout_amount - candidates.credit_amount) as distance_amount
    from {{ ref("int_payout_candidates") }} as candidates
    left join explained as payouts
        on candidates.payout_key = payouts.key
    left join explained as credits
        on candidates.bank_line_key = credits.key
    where payouts.key is null
        and credits.key is null

),

near as (

    select *
    from candidates
    where distance_amount <= greatest(
        payout_amount
        * coalesce({{ setting("tolerances", "PAYOUT_NEAR", "max_share", {"platform": "candidates.platform"}, "candidates.made_on") }}, 0),
        coalesce({{ setting("tolerances", "PAYOUT_NEAR", "max_amount", {"platform": "candidates.platform"}, "candidates.made_on") }}, 0)
    )

),

ranked as (

    select
        *,
        row_number() over (
            partition by payout_key order by distance_amount, booked_on, bank_line_key
        ) as credit_rank,
        row_number() over (
            partition by bank_line_key order by distance_amount, made_on desc, payout_key
        ) as payout_rank
    from near

)

select
    payout_key,
    bank_line_key
from ranked
where credit_rank = 1
    and payout_rank = 1

-- Grain: one row per payout and credit of a certain set: payouts that add up to one credit, or credits that add up to one
-- payout. The search found the set to be the only one.

select
    member_key as payout_key,
    target_key as bank_line_key,
    'payer_and_sum' as match_rule
from {{ ref("stg_matching__payout_sets") }}
where outcome = 'taken'
    and target_type = 'bank_line'
    and member_type = 'payout'

union all

select
    target_key as payout_key,
    member_key as bank_line_key,
    'payer_and_parts' as match_rule
from {{ ref("stg_matching__payout_sets") }}
where outcome = 'taken'
    and target_type = 'payout'

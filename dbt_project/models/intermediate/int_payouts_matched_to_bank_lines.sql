-- Grain: one row per payout and bank line that belong together, with the rule that found it and the transfer both are
-- part of: payouts and lines that share a partner, directly or through one other, are one transfer.

with

pairs as (

    select payout_key, bank_line_key, 'named' as match_rule from {{ ref("int_payout_naming_credits") }}
    union all
    select payout_key, bank_line_key, 'payer_and_amount' from {{ ref("int_payouts_matched_by_amount") }}
    union all
    select payout_key, bank_line_key, match_rule from {{ ref("int_payouts_matched_by_set") }}
    union all
    select payout_key, bank_line_key, 'payer_and_near_amount' from {{ ref("int_payouts_matched_nearly") }}

),

payouts as (

    select
        *,
        min(payout_key) over (partition by bank_line_key) as first_payout
    from pairs

),

lines as (

    select
        *,
        min(first_payout) over (partition by payout_key) as nearest_payout
    from payouts

)

select
    payout_key,
    bank_line_key,
    match_rule,
    min(nearest_payout) over (partition by bank_line_key) as transfer_id
from lines

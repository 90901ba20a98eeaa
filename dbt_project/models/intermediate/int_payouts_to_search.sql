-- Grain: one row per credit that no single payout pays and thing that may be part of it: a payout of its candidates, or a
-- negative settlement batch that the payer may have kept back. Covering sets are searched among these by the package.

with

candidates as (

    select candidates.*
    from {{ ref("int_payout_candidates") }} as candidates
    left join {{ ref("int_payouts_matched_by_amount") }} as payouts
        on candidates.payout_key = payouts.payout_key
    left join {{ ref("int_payouts_matched_by_amount") }} as credits
        on candidates.bank_line_key = credits.bank_line_key
    where payouts.payout_key is null
        and credits.bank_line_key is null

),

-- What a channel's wallet charges for a payout may be taken from the credit.
fees as (

    select
        business_no as payout_id,
        sum(amount) as fee_amount
    from {{ ref("int_wallet_lines") }}
    where type = 'fee'
        and amount < 0
    group by business_no

),

credits as (

    select distinct
        candidates.platform,
        candidates.bank_line_key,
        candidates.credit_amount,
        candidates.account_id,
        candidates.booked_on
    from candidates

)

select
    candidates.bank_line_key,
    candidates.credit_amount,
    candidates.account_id,
    candidates.booked_on,
    'payout' as item_type,
    candidates.payout_key as item_key,
    candidates.payout_amount as item_amount,
    coalesce(fees.fee_amount, 0) as fee_amount,
    candidates.platform || '|' || candidates.wallet as purse,
    candidates.made_on
from candidates
inner join {{ ref("int_payouts") }} as payouts
    on candidates.payout_key = payouts.payout_key
left join fees
    on payouts.payout_id = fees.payout_id

union all

select
    credits.bank_line_key,
    credits.credit_amount,
    credits.account_id,
    credits.booked_on,
    'batch' as item_type,
    batches.batch_key as item_key,
    batches.batch_amount as item_amount,
    0 as fee_amount,
    batches.platform || '|' as purse,
    batches.settled_on as made_on
from credits
inner join {{ ref("int_batches_kept_back") }} as batches
    on credits.platform = batches.platform
        and batches.settled_on <= credits.booked_on
        and batches.last_on >= credits.booked_on

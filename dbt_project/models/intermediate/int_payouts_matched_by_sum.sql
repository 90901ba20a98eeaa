-- Grain: one row per payout of the only set of payouts whose amounts add up to a credit that names none.

with recursive

candidates as (

    select
        candidates.bank_line_key as one_key,
        candidates.credit_amount as one_amount,
        -- Few candidates are searched together, many wallet by wallet.
        case
            when count(*) over (partition by candidates.bank_line_key) <= 14 then ''
            else candidates.wallet
        end as family,
        candidates.payout_key as many_key,
        candidates.payout_amount as many_amount,
        candidates.made_on
    from {{ ref("int_payout_candidates") }} as candidates
    where candidates.payout_key not in (select payout_key from {{ ref("int_payouts_matched_by_amount") }})
        and candidates.bank_line_key not in (select bank_line_key from {{ ref("int_payouts_matched_by_amount") }})

),

{{ only_sets() }}

select
    many_key as payout_key,
    one_key as bank_line_key
from members

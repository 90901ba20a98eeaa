-- Grain: one row per payout of the only set of two or more payouts whose amounts add up to a credit that names none.
-- Searched exactly among at most 12 candidates; a credit with more, or with two sets, is left unexplained.

with recursive

candidates as (

    select
        candidates.*,
        row_number() over (
            partition by candidates.bank_line_key order by candidates.made_on, candidates.payout_key
        ) as place,
        count(*) over (partition by candidates.bank_line_key) as candidate_count
    from {{ ref("int_payout_candidates") }} as candidates
    left join {{ ref("int_payouts_matched_by_amount") }} as paid
        on candidates.payout_key = paid.payout_key
    left join {{ ref("int_payouts_matched_by_amount") }} as used
        on candidates.bank_line_key = used.bank_line_key
    where paid.payout_key is null
        and used.bank_line_key is null
        and candidates.payout_amount < candidates.credit_amount

),

searched (bank_line_key, credit_amount, place, total_amount, places) as (

    select
        bank_line_key,
        credit_amount,
        place,
        payout_amount,
        cast(',' || place || ',' as text)
    from candidates
    where candidate_count between 2 and 12

    union all

    select
        searched.bank_line_key,
        searched.credit_amount,
        candidates.place,
        cast(searched.total_amount + candidates.payout_amount as numeric(24, 6)),
        searched.places || candidates.place || ','
    from searched
    inner join candidates
        on searched.bank_line_key = candidates.bank_line_key
            and candidates.place > searched.place
            and searched.total_amount + candidates.payout_amount <= searched.credit_amount

),

only_sets as (

    select
        bank_line_key,
        min(places) as places
    from searched
    where total_amount = credit_amount
    group by bank_line_key
    having count(*) = 1

),

members as (

    select
        candidates.payout_key,
        candidates.bank_line_key,
        count(*) over (partition by candidates.payout_key) as claim_count
    from only_sets
    inner join candidates
        on only_sets.bank_line_key = candidates.bank_line_key
            and position(',' || candidates.place || ',' in only_sets.places) > 0

)

-- A payout in two credits' sets makes both ambiguous.
select
    payout_key,
    bank_line_key
from members
where bank_line_key not in (select bank_line_key from members where claim_count > 1)

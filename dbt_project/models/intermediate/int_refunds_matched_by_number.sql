-- Grain: one row per refund transaction that names its refund by the refund's own number. The same number on two
-- platforms goes to the one whose order it is. An empty number names nothing.

with

named as (

    select
        transactions.transaction_key,
        claims.refund_key,
        row_number() over (
            partition by transactions.transaction_key
            order by case when transactions.payable_id = claims.payable_id then 0 else 1 end, claims.refund_key
        ) as choice
    from {{ ref("int_refund_transactions") }} as transactions
    inner join {{ ref("int_refund_claims") }} as claims
        on transactions.request_no = claims.refund_id
    where transactions.request_no <> ''

)

select
    transaction_key,
    refund_key,
    'refund_number' as match_rule
from named
where choice = 1

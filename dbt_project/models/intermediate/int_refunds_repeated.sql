-- Grain: one row per refund transaction that names no refund and finds none open, but repeats (same order, same
-- amount) or reverses (same order, opposite amount) the outflow of a refund already matched.

with

matched as (

    select * from {{ ref("int_refunds_matched_by_number") }}
    union all
    select * from {{ ref("int_refunds_matched_by_order") }}

),

transactions as (

    select
        transactions.*,
        matched.refund_key
    from {{ ref("int_refund_transactions") }} as transactions
    left join matched
        on transactions.transaction_key = matched.transaction_key
    where transactions.payable_id is not null
        and transactions.status = 'success'

),

made as (

    select
        payable_id,
        -amount as refunded_amount,
        min(refund_key) as refund_key
    from transactions
    where refund_key is not null
        and amount < 0
    group by payable_id, -amount

)

select
    transactions.transaction_key,
    made.refund_key,
    case when transactions.amount < 0 then 'repetition' else 'reversal' end as match_rule
from transactions
inner join made
    on transactions.payable_id = made.payable_id
        and abs(transactions.amount) = made.refunded_amount
where transactions.refund_key is null

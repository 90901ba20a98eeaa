-- Grain: one row per refund transaction that finds no refund open, but repeats the outflow of one already matched (same
-- order or case, same amount) or reverses it (names it, or the same order and the opposite amount).

with

matched as (

    select * from {{ ref("int_refunds_matched_by_number") }}
    union all
    select * from {{ ref("int_refunds_matched_by_case") }}
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

),

made as (

    select
        channel,
        transaction_id,
        payable_id,
        -amount as refunded_amount,
        refund_key
    from transactions
    where refund_key is not null
        and status = 'success'
        and amount < 0

),

candidates as (

    select
        transactions.transaction_key,
        made.refund_key,
        case when transactions.amount < 0 then 'repetition' else 'reversal' end as match_rule,
        row_number() over (
            partition by transactions.transaction_key
            order by
                case when transactions.original_transaction_id = made.transaction_id then 0 else 1 end,
                case when abs(transactions.amount) = made.refunded_amount then 0 else 1 end,
                made.refund_key
        ) as choice
    from transactions
    inner join made
        on transactions.channel = made.channel
            and (
                (transactions.payable_id = made.payable_id and abs(transactions.amount) = made.refunded_amount)
                or (transactions.original_transaction_id = made.transaction_id and transactions.amount > 0)
            )
    where transactions.refund_key is null

)

select
    transaction_key,
    refund_key,
    match_rule
from candidates
where choice = 1

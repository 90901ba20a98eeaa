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

open_transactions as (

    select *
    from transactions
    where refund_key is null

),

found as (

    select
        open_transactions.transaction_key,
        open_transactions.amount,
        made.refund_key,
        case when open_transactions.amount = made.refunded_amount then 1 else 2 end as step
    from open_transactions
    inner join made
        on open_transactions.channel = made.channel
            and open_transactions.original_transaction_id = made.transaction_id
    where open_transactions.amount > 0

    union all

    select
        open_transactions.transaction_key,
        open_transactions.amount,
        made.refund_key,
        3 as step
    from open_transactions
    inner join made
        on open_transactions.channel = made.channel
            and open_transactions.payable_id = made.payable_id
            and abs(open_transactions.amount) = made.refunded_amount

),

chosen as (

    select
        transaction_key,
        refund_key,
        case when amount < 0 then 'repetition' else 'reversal' end as match_rule,
        row_number() over (partition by transaction_key order by step, refund_key) as choice
    from found

)

select
    transaction_key,
    refund_key,
    match_rule
from chosen
where choice = 1

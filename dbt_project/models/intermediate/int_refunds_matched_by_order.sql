-- Grain: one row per refund transaction that names no refund but belongs to an order with one: the same amount first
-- (in order of time), then the only one left on both sides, then a repetition or reversal of one already made.

with

transactions as (

    select
        transactions.*,
        row_number() over (
            partition by transactions.payable_id, transactions.amount
            order by transactions.occurred_at, transactions.transaction_key
        ) as place,
        count(*) over (partition by transactions.payable_id) as left_count
    from {{ ref("int_refund_transactions") }} as transactions
    left join {{ ref("int_refunds_matched_by_number") }} as named
        on transactions.transaction_key = named.transaction_key
    where named.transaction_key is null
        and transactions.payable_id is not null
        and transactions.status = 'success'
        and transactions.amount < 0

),

claims as (

    select
        claims.*,
        row_number() over (
            partition by claims.payable_id, claims.amount
            order by claims.refunded_at, claims.refund_key
        ) as place,
        count(*) over (partition by claims.payable_id) as left_count
    from {{ ref("int_refund_claims") }} as claims
    left join (select distinct refund_key from {{ ref("int_refunds_matched_by_number") }}) as named
        on claims.refund_key = named.refund_key
    where named.refund_key is null

),

by_amount as (

    select
        transactions.transaction_key,
        claims.refund_key,
        'order_and_amount' as match_rule
    from transactions
    inner join claims
        on transactions.payable_id = claims.payable_id
            and -transactions.amount = claims.amount
            and transactions.place = claims.place

),

only_one_left as (

    select
        transactions.transaction_key,
        claims.refund_key,
        'order' as match_rule
    from transactions
    inner join claims
        on transactions.payable_id = claims.payable_id
    where transactions.left_count = 1
        and claims.left_count = 1
        and -transactions.amount <> claims.amount

)

select * from by_amount
union all
select * from only_one_left

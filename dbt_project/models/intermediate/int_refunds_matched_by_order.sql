-- Grain: one row per outflow that names no refund and no case but belongs to an order with a refund still open.

with

named as (

    select * from {{ ref("int_refunds_matched_by_number") }}
    union all
    select * from {{ ref("int_refunds_matched_by_case") }}

),

outflows as (

    select
        transactions.transaction_key,
        transactions.payable_id as scope,
        transactions.amount,
        transactions.occurred_at
    from {{ ref("int_refund_transactions") }} as transactions
    left join named
        on transactions.transaction_key = named.transaction_key
    where named.transaction_key is null
        and transactions.payable_id is not null
        and transactions.status = 'success'
        and transactions.amount < 0

),

claims as (

    select
        claims.refund_key,
        claims.payable_id as scope,
        claims.amount,
        claims.refunded_at
    from {{ ref("int_refund_claims") }} as claims
    left join (select distinct refund_key from named) as named
        on claims.refund_key = named.refund_key
    where named.refund_key is null
        and claims.payable_id is not null

),

{{ pair_refunds("order") }}

select * from pairs

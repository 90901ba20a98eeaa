-- Grain: one row per outflow that names its refund's after-sale case.

with

outflows as (

    select
        transactions.transaction_key,
        transactions.request_no as scope,
        transactions.amount,
        transactions.occurred_at
    from {{ ref("int_refund_transactions") }} as transactions
    left join {{ ref("int_refunds_matched_by_number") }} as named
        on transactions.transaction_key = named.transaction_key
    where named.transaction_key is null
        and transactions.request_no <> ''
        and transactions.status = 'success'
        and transactions.amount < 0

),

claims as (

    select
        claims.refund_key,
        claims.after_sale_id as scope,
        claims.amount,
        claims.refunded_at
    from {{ ref("int_refund_claims") }} as claims
    left join (select distinct refund_key from {{ ref("int_refunds_matched_by_number") }}) as named
        on claims.refund_key = named.refund_key
    where named.refund_key is null
        and claims.after_sale_id is not null

),

{{ pair_refunds("case") }}

select * from pairs

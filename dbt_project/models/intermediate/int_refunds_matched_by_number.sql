-- Grain: one row per refund transaction that names its refund: by the refund's number, by its case's number, or, for a
-- reversal, through the outflow that it names. An empty number names nothing.

with

transactions as (

    select * from {{ ref("int_refund_transactions") }}

),

claims as (

    select * from {{ ref("int_refund_claims") }}

),

named as (

    select
        transactions.transaction_key,
        claims.refund_key,
        'refund_number' as match_rule,
        1 as step,
        case when transactions.payable_id = claims.payable_id then 0 else 1 end as distance
    from transactions
    inner join claims
        on transactions.request_no = claims.refund_id
    where transactions.request_no <> ''

    union all

    select
        transactions.transaction_key,
        claims.refund_key,
        'case_number' as match_rule,
        2 as step,
        case when -transactions.amount = claims.amount then 0 else 1 end as distance
    from transactions
    inner join claims
        on transactions.request_no = claims.after_sale_id
    where transactions.request_no <> ''

),

chosen as (

    select
        *,
        row_number() over (partition by transaction_key order by step, distance, refund_key) as choice
    from named

),

direct as (

    select
        transaction_key,
        refund_key,
        match_rule
    from chosen
    where choice = 1

),

outflows as (

    select
        transactions.channel,
        transactions.transaction_id,
        min(direct.refund_key) as refund_key
    from transactions
    inner join direct
        on transactions.transaction_key = direct.transaction_key
    where transactions.amount < 0
    group by transactions.channel, transactions.transaction_id

),

through_outflow as (

    select
        transactions.transaction_key,
        outflows.refund_key,
        'reversed_outflow' as match_rule
    from transactions
    left join direct
        on transactions.transaction_key = direct.transaction_key
    inner join outflows
        on transactions.channel = outflows.channel
            and transactions.original_transaction_id = outflows.transaction_id
    where direct.transaction_key is null
        and transactions.amount > 0

)

select * from direct
union all
select * from through_outflow

-- Grain: one row per live sale-return document that names its order only, with the refund it is of: the same amount
-- first, then in order of time; one too many stands at a refund of its order that has one already.

with

returns as (

    select
        document_id as transaction_key,
        order_key as scope,
        -amount as amount,
        document_on as occurred_at
    from {{ ref("int_documents_identified") }}
    where type = 'sale_return'
        and standing = 'live'
        and refund_key is null
        and order_key is not null

),

refunds as (

    select
        refunds.refund_key,
        refunds.order_key as scope,
        refunds.amount,
        refunds.refunded_at
    from {{ ref("int_refunds") }} as refunds
    where refunds.order_key in (select scope from returns)

),

outflows as (

    select * from returns

),

claims as (

    select *
    from refunds
    where refund_key not in (
        select refund_key
        from {{ ref("int_documents_identified") }}
        where type = 'sale_return'
            and standing = 'live'
            and refund_key is not null
    )

),

{{ pair_refunds("order") }},

left_over as (

    select
        returns.transaction_key,
        refunds.refund_key,
        row_number() over (
            partition by returns.transaction_key
            order by case when refunds.amount = -returns.amount then 0 else 1 end, refunds.refunded_at, refunds.refund_key
        ) as place
    from returns
    inner join refunds
        on returns.scope = refunds.scope
    where returns.transaction_key not in (select transaction_key from pairs)

)

select
    transaction_key as document_id,
    refund_key,
    match_rule
from pairs

union all

select
    transaction_key as document_id,
    refund_key,
    'one_too_many' as match_rule
from left_over
where place = 1

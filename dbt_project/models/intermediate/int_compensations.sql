-- Grain: one row per compensation in a channel's bill, with its payable and the approval of just its amount that stands
-- for it: the first payment of an amount takes the first approval of it.

with

paid as (

    select
        transactions.*,
        matched.payable_id,
        case when transactions.status = 'success' then row_number() over (
            partition by matched.payable_id, transactions.status, transactions.amount
            order by transactions.occurred_at, transactions.transaction_key
        ) end as place
    from {{ ref("int_channel_transactions") }} as transactions
    left join {{ ref("int_transactions_matched_to_orders") }} as matched
        on transactions.transaction_key = matched.transaction_key
    where transactions.type = 'compensation'

),

approvals as (

    select
        approvals.approval_key,
        approvals.amount,
        orders.payable_id,
        row_number() over (partition by orders.payable_id, approvals.amount order by approvals.approval_key) as place
    from {{ ref("int_compensation_approvals") }} as approvals
    inner join {{ ref("int_orders") }} as orders
        on approvals.order_key = orders.order_key

),

sources as (

    select count(*) > 0 as has_approvals
    from (
        select after_sale_key as id from {{ ref("int_after_sales") }}
        union all
        select ticket_id as id from {{ ref("int_tickets") }}
    ) as said

)

select
    paid.*,
    approvals.approval_key,
    sources.has_approvals
from paid
cross join sources
left join approvals
    on paid.payable_id = approvals.payable_id
        and -paid.amount = approvals.amount
        and paid.place = approvals.place

-- Grain: one row per approval on which a compensation may rest: a case that was approved and not refunded otherwise, or
-- an amount promised in a ticket. What ticket and case say of one compensation counts once.

with

cases as (

    select
        order_key,
        claimed_amount as amount,
        after_sale_key as approval_key
    from {{ ref("int_after_sales_with_money") }}
    where (type = 'compensation' or refund_count = 0)
        and status_then in ('approved', 'returning', 'refunded', 'closed')
        and coalesce(approved_amount, 0) > 0

),

tickets as (

    select order_key, promised_amount as amount, ticket_id as approval_key
    from {{ ref("int_orders_with_tickets") }}
    where promised_amount > 0

)

select * from cases
union all
select tickets.*
from tickets
left join (select distinct order_key, amount from cases) as said
    on tickets.order_key = said.order_key
        and tickets.amount = said.amount
where said.order_key is null

-- Grain: one row per service ticket and order that it is about: the order of the case that it names, else each order of
-- the number that it names, for several platforms may number alike.

with

tickets as (

    select * from {{ ref("int_tickets_of_orders") }}

)

select ticket_id, promised_amount, order_key
from tickets
where order_key is not null

union all

select tickets.ticket_id, tickets.promised_amount, orders.order_key
from tickets
inner join {{ ref("int_orders") }} as orders
    on tickets.order_id = orders.order_id
where tickets.order_key is null

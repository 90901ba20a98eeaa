-- Grain: one row per payable: an order, or the orders that were paid together under one merchant order number.

{{ config(meta={"partition_by": "order"}) }}

with

orders as (

    select * from {{ ref("int_orders") }}

)

select
    payable_id,
    count(*) as order_count,
    min(platform) as platform,
    min(shop_id) as shop_id,
    min(order_id) as order_id,
    min(pay_channel) as pay_channel,
    min(currency) as currency,
    sum(owed_amount) as owed_amount,
    -- What would be owed if every order were paid: a smaller receipt on an unpaid order is a deposit.
    sum(buyer_paid_amount) as full_amount,
    min(case when is_closed then 1 else 0 end) as is_closed,
    min(coalesce(case when is_paid then paid_on end, ordered_on)) as paid_on,
    -- Orders that were paid only after as_of: their receipt may be here already.
    min(case when paid_on > {{ as_of() }} then paid_on end) as paid_later_on,
    min(source_row) as source_row
from orders
group by payable_id

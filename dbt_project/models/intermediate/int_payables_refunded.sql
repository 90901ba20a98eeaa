-- Grain: one row per payable with what its platform refunded; of orders that went on all the same apart, for there nothing
-- was cancelled and no goods came back.

select
    orders.payable_id,
    sum(refunds.amount) as refunded_amount,
    sum(case when not orders.is_closed and cases.type = 'refund_only' then refunds.amount else 0 end)
        as kept_refunded_amount
from {{ ref("int_refunds") }} as refunds
inner join {{ ref("int_orders") }} as orders
    on refunds.order_key = orders.order_key
left join {{ ref("int_after_sales") }} as cases
    on refunds.after_sale_key = cases.after_sale_key
group by orders.payable_id

-- Returns the platforms and days on which the risk leg has other rows than the paid orders and the cases refunded only.

{% call unaccounted_days("risk") %}
select 'ours' as side, platform as account, coalesce(paid_on, ordered_on) as business_on, owed_amount as amount
from {{ ref("int_orders") }}
where is_paid
union all
-- Summed by case: one refunded in parts is one suspicion.
select 'theirs', '|', max(refunds.refunded_on), -sum(refunds.amount)
from {{ ref("int_refunds") }} as refunds
inner join {{ ref("int_after_sales") }} as cases
    on refunds.after_sale_key = cases.after_sale_key
inner join {{ ref("int_orders") }} as orders
    on cases.order_key = orders.order_key
where cases.type = 'refund_only'
group by refunds.after_sale_key
{% endcall %}

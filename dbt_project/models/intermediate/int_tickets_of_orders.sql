-- Grain: one row per service ticket with the case or the order that it is about.

with

case_numbers as (

    select after_sale_id, min(after_sale_key) as after_sale_key
    from {{ ref("int_after_sales") }}
    group by after_sale_id
    having count(*) = 1

)

select
    tickets.ticket_id,
    tickets.order_id,
    {{ business_date('tickets.opened_at') }} as opened_on,
    tickets.topic,
    tickets.promised_amount,
    cases.after_sale_key,
    coalesce(cases.order_key, order_numbers.order_key) as order_key,
    coalesce(cases.platform, orders.platform) as platform,
    orders.shop_id,
    orders.currency,
    cases.sku,
    cases.reason
from {{ ref("int_tickets") }} as tickets
left join case_numbers
    on tickets.after_sale_id = case_numbers.after_sale_id
left join {{ ref("int_after_sales") }} as cases
    on case_numbers.after_sale_key = cases.after_sale_key
-- A ticket names an order by its number alone.
left join {{ ref("int_orders_by_number") }} as order_numbers
    on tickets.order_id = order_numbers.order_id
left join {{ ref("int_orders") }} as orders
    on coalesce(cases.order_key, order_numbers.order_key) = orders.order_key

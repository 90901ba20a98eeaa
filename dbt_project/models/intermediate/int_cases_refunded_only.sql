-- Grain: one row per refund-only case that was refunded, with what is known of the goods: were they sent, delivered, lost,
-- sent again or sent back, and did anybody complain.

with

refunds as (

    select
        after_sale_key,
        sum(amount) as refund_amount,
        max(refunded_at) as refunded_at,
        max(refunded_on) as refunded_on
    from {{ ref("int_refunds") }}
    where after_sale_key is not null
    group by after_sale_key

),

order_refunds as (

    select
        order_key,
        sum(amount) as order_refund_amount
    from {{ ref("int_refunds") }}
    group by order_key

),

movements as (

    select
        platform || '|' || order_id as order_key,
        min(case when type = 'sale_out' then moved_at end) as sent_at,
        min(case when type = 'sale_out' and status = 'delivered' then moved_at end) as delivered_from,
        sum(case when status = 'lost' then 1 else 0 end) as lost_count,
        sum(case when type = 'return_in' then 1 else 0 end) as return_count,
        sum(case when type in ('reship_out', 'exchange_out') then 1 else 0 end) as resent_count
    from {{ ref("int_stock_movements") }}
    where order_id is not null
    group by platform || '|' || order_id

),

tickets as (

    select distinct order_key from {{ ref("int_orders_with_tickets") }}

)

select
    cases.after_sale_key,
    cases.after_sale_id,
    cases.platform,
    cases.order_key,
    cases.order_id,
    cases.reason as stated_reason,
    cases.source_row,
    orders.shop_id,
    orders.currency,
    orders.paid_on,
    coalesce(orders.buyer_id, cases.buyer_id) as buyer_id,
    orders.owed_amount as paid_amount,
    coalesce(orders.freight_amount, 0) as freight_amount,
    refunds.refund_amount,
    order_refunds.order_refund_amount,
    refunds.refunded_on,
    coalesce(movements.sent_at < refunds.refunded_at, false)
        or coalesce(orders.completed_at <= refunds.refunded_at, false) as is_sent,
    coalesce(movements.delivered_from < cases.applied_at, false)
        or coalesce(orders.completed_at <= refunds.refunded_at, false) as is_delivered,
    coalesce(movements.lost_count, 0) > 0 as is_lost,
    coalesce(movements.return_count, 0) > 0 or cases.return_tracking_no is not null as is_returned,
    coalesce(movements.resent_count, 0) > 0 as is_resent,
    tickets.order_key is not null as has_ticket
from {{ ref("int_after_sales") }} as cases
inner join refunds
    on cases.after_sale_key = refunds.after_sale_key
inner join {{ ref("int_orders") }} as orders
    on cases.order_key = orders.order_key
inner join order_refunds
    on cases.order_key = order_refunds.order_key
left join movements
    on cases.order_key = movements.order_key
left join tickets
    on cases.order_key = tickets.order_key
where cases.type = 'refund_only'

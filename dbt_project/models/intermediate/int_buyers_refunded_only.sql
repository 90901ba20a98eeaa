-- Grain: one row per platform, shop and buyer who there had an order refunded without a return though its goods were sent.

with

cases as (

    select
        platform,
        coalesce(shop_id, '') as shop_key,
        buyer_id,
        count(distinct order_key) as refunded_count,
        sum(refund_amount) as refund_amount,
        max(refunded_on) as refunded_on,
        min(currency) as currency,
        min(source_row) as source_row
    from {{ ref("int_cases_refunded_only") }}
    where is_sent
        and not is_lost
        and not is_returned
        and buyer_id is not null
    group by platform, coalesce(shop_id, ''), buyer_id

),

orders as (

    select
        platform,
        coalesce(shop_id, '') as shop_key,
        buyer_id,
        count(*) as order_count
    from {{ ref("int_orders") }}
    where is_paid
    group by platform, coalesce(shop_id, ''), buyer_id

),

shops as (

    select
        platform,
        shop_key,
        sum(order_count) as shop_order_count
    from orders
    group by platform, shop_key

)

select
    cases.*,
    greatest(coalesce(orders.order_count, 0), cases.refunded_count) as order_count,
    coalesce(shops.shop_order_count, 0) as shop_order_count
from cases
left join orders
    on cases.platform = orders.platform
        and cases.shop_key = orders.shop_key
        and cases.buyer_id = orders.buyer_id
left join shops
    on cases.platform = shops.platform
        and cases.shop_key = shops.shop_key

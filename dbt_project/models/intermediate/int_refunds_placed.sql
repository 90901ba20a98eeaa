-- Grain: one row per refund that a platform made, with the shop and the currency of its order.

{{ config(materialized="view") }}

select
    refunds.refund_key,
    refunds.refund_id,
    refunds.platform,
    orders.shop_id,
    coalesce(orders.currency, 'CNY') as currency,
    refunds.refunded_on,
    refunds.amount
from {{ ref("int_refunds") }} as refunds
left join {{ ref("int_orders") }} as orders
    on refunds.order_key = orders.order_key

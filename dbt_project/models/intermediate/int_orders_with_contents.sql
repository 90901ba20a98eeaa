-- Grain: one row per order with what it holds: its lines, its promotions by who bears them, its cases and refunds.

{{ config(meta={"partition_by": "order"}) }}

with

lines as (

    select
        platform || '|' || order_id as order_key,
        count(*) as line_count,
        sum(quantity) as item_quantity,
        sum(amount) as lines_amount
    from {{ ref("int_order_lines") }}
    group by platform, order_id

),

promotions as (

    select
        platform || '|' || order_id as order_key,
        sum(case when bearer = 'merchant' then amount else 0 end) as merchant_discount_amount,
        sum(case when bearer = 'platform' then amount else 0 end) as platform_discount_amount,
        sum(case when bearer = 'influencer' then amount else 0 end) as influencer_discount_amount,
        sum(case when bearer = 'government' then amount else 0 end) as government_discount_amount
    from {{ ref("int_order_promotions") }}
    where type not in ('subsidy', 'cashback')
    group by platform, order_id

),

cases as (

    select
        platform || '|' || order_id as order_key,
        count(*) as after_sale_count
    from {{ ref("int_after_sales") }}
    group by platform, order_id

),

refunds as (

    select
        order_key,
        count(*) as refund_count,
        sum(amount) as refunded_amount,
        max(refunded_on) as last_refunded_on
    from {{ ref("int_refunds") }}
    group by order_key

)

select
    orders.order_key,
    coalesce(lines.line_count, 0) as line_count,
    coalesce(lines.item_quantity, 0) as item_quantity,
    coalesce(lines.lines_amount, 0) as lines_amount,
    coalesce(promotions.merchant_discount_amount, 0) as merchant_discount_amount,
    coalesce(promotions.platform_discount_amount, 0) as platform_discount_amount,
    coalesce(promotions.influencer_discount_amount, 0) as influencer_discount_amount,
    coalesce(promotions.government_discount_amount, 0) as government_discount_amount,
    coalesce(cases.after_sale_count, 0) as after_sale_count,
    coalesce(refunds.refund_count, 0) as refund_count,
    coalesce(refunds.refunded_amount, 0) as refunded_amount,
    refunds.last_refunded_on
from {{ ref("int_orders") }} as orders
left join lines
    on orders.order_key = lines.order_key
left join promotions
    on orders.order_key = promotions.order_key
left join cases
    on orders.order_key = cases.order_key
left join refunds
    on orders.order_key = refunds.order_key

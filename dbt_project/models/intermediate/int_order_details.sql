-- Grain: one row per order line and per promotion of an order that is there as of the day, or of no known order at all.
-- Lines have no date of their own: they are there from their order's day on. Promotions take off: their amount is −.

with

details as (

    select
        'order_line' as entity_type,
        platform,
        order_id,
        line_no as detail_no,
        amount,
        source_row
    from {{ ref("int_order_lines") }}

    union all

    select
        'order_promotion' as entity_type,
        platform,
        order_id,
        promotion_no as detail_no,
        -amount as amount,
        source_row
    from {{ ref("int_order_promotions") }}

),

later as (

    select platform, order_id from {{ ref("stg_open__orders") }} where {{ business_date("ordered_at") }} > {{ as_of() }}
    union
    select platform, order_id from {{ ref("stg_taobao__orders") }} where {{ business_date("ordered_at") }} > {{ as_of() }}

)

select
    details.entity_type,
    details.platform,
    details.order_id || '/' || details.detail_no as detail_id,
    details.amount,
    details.source_row,
    orders.order_key,
    orders.payable_id,
    orders.shop_id,
    coalesce(orders.currency, 'CNY') as currency,
    coalesce(orders.ordered_on, {{ as_of() }}) as business_on
from details
left join {{ ref("int_orders") }} as orders
    on details.platform = orders.platform
        and details.order_id = orders.order_id
left join later
    on details.platform = later.platform
        and details.order_id = later.order_id
where later.order_id is null

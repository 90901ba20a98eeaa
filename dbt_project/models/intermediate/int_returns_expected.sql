-- Grain: one row per return case with goods to come: what they are worth at the order's prices, when they are due in
-- stock, and when they were. Only where a warehouse tells of returns on the platform at all.

with

warehouses as (

    select distinct platform
    from {{ ref("int_stock_movements") }}
    where type = 'return_in'

),

stocked as (

    select
        platform || '|' || after_sale_id as after_sale_key,
        max({{ business_date("stocked_at") }}) as stocked_on
    from {{ ref("int_stock_movements") }}
    where type = 'return_in'
        and {{ business_date("stocked_at") }} <= {{ as_of() }}
    group by platform || '|' || after_sale_id

),

lost as (

    select distinct platform || '|' || after_sale_id as after_sale_key
    from {{ ref("int_stock_movements") }}
    where type = 'return_in'
        and status = 'lost'

),

refunds as (

    select
        after_sale_key,
        min(refunded_on) as refunded_on
    from {{ ref("int_refunds") }}
    group by after_sale_key

),

goods as (

    select
        platform || '|' || order_id as order_key,
        sku,
        {{ divided("sum(amount)", "sum(quantity)") }} as unit_amount
    from {{ ref("int_order_lines") }}
    group by platform || '|' || order_id, sku

)

select
    cases.after_sale_key,
    cases.after_sale_id,
    cases.platform,
    orders.shop_id,
    orders.currency,
    cases.source_row,
    coalesce(goods.unit_amount * cases.quantity, cases.approved_amount, cases.applied_amount) as goods_amount,
    coalesce(refunds.refunded_on, {{ business_date("cases.approved_at") }}) as begun_on,
    stocked.stocked_on
from {{ ref("int_after_sales") }} as cases
inner join warehouses
    on cases.platform = warehouses.platform
inner join {{ ref("int_orders") }} as orders
    on cases.order_key = orders.order_key
left join refunds
    on cases.after_sale_key = refunds.after_sale_key
left join stocked
    on cases.after_sale_key = stocked.after_sale_key
left join lost
    on cases.after_sale_key = lost.after_sale_key
left join goods
    on cases.order_key = goods.order_key
        and cases.sku = goods.sku
where cases.type = 'return_refund'
    and (cases.status in ('approved', 'returning', 'refunded') or stocked.stocked_on is not null)
    and lost.after_sale_key is null

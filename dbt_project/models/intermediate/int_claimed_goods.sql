-- Grain: one row per return or exchange case and sku: how many its claim demands back, and how many it allows at most.
-- The sku that the claim names, in its quantity; other goods of the order only if the claim is about the whole of it.

with

order_totals as (

    select
        order_key,
        sum(quantity) as quantity,
        count(*) as sku_count
    from {{ ref("int_order_goods") }}
    group by order_key

),

cases as (

    select
        cases.after_sale_key,
        cases.order_key,
        cases.sku,
        cases.quantity,
        coalesce(cases.claimed_amount >= orders.owed_amount - coalesce(orders.freight_amount, 0), false)
            as claims_everything,
        coalesce(order_totals.sku_count, 0) as sku_count,
        order_totals.quantity as ordered_quantity
    from {{ ref("int_after_sales_with_money") }} as cases
    left join {{ ref("int_orders") }} as orders
        on cases.order_key = orders.order_key
    left join order_totals
        on cases.order_key = order_totals.order_key
    where cases.type in ('return_refund', 'exchange')

),

goods as (

    select
        cases.*,
        goods.sku as goods_sku,
        goods.quantity as goods_quantity,
        -- A claim that names no sku is about the only one there is.
        coalesce(cases.sku = goods.sku, cases.sku_count = 1) as is_named
    from cases
    inner join {{ ref("int_order_goods") }} as goods
        on cases.order_key = goods.order_key

    union all

    -- A claim may name a sku that the order does not have, or be of an order whose lines are unknown.
    select
        cases.*,
        cases.sku as goods_sku,
        null as goods_quantity,
        true as is_named
    from cases
    left join {{ ref("int_order_goods") }} as goods
        on cases.order_key = goods.order_key
            and cases.sku = goods.sku
    where cases.sku is not null
        and goods.sku is null

)

select
    after_sale_key,
    goods_sku as sku,
    cast(case
        when is_named then coalesce(
            quantity, case when claims_everything and sku_count = 1 then goods_quantity end, 0
        )
        when sku is not null then 0
        when coalesce(quantity = ordered_quantity, claims_everything) then goods_quantity
        else 0
    end as numeric(18, 2)) as demanded_quantity,
    -- Null: the claim sets no limit.
    cast(case
        when is_named then coalesce(quantity, goods_quantity)
        when sku is not null and not claims_everything then 0
        else goods_quantity
    end as numeric(18, 2)) as allowed_quantity
from goods

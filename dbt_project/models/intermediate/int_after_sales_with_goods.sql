-- Grain: one row per after-sale case with its order, its money, its goods and how they compare: all that the
-- after-sales leg decides upon.

with

cases as (select * from {{ ref("int_after_sales_with_money") }}),

-- From when on the warehouse tells of a platform's goods.
goods_sources as (

    select platform, min(moved_on) as covered_from
    from {{ ref("int_goods_movements") }} where platform is not null group by platform

),

orders as (

    select
        orders.order_key, orders.shop_id, orders.currency, orders.owed_amount, orders.freight_amount, orders.paid_on,
        {{ divided("orders.owed_amount - coalesce(orders.freight_amount, 0)", "orders.list_amount") }} as owed_share,
        case when payables.order_count = 1 then greatest(payables.received_amount - payables.owed_amount, 0) else 0 end
            as surplus_amount
    from {{ ref("int_orders") }} as orders
    inner join {{ ref("int_payables_with_transactions") }} as payables
        on orders.payable_id = payables.payable_id
    where orders.order_key in (select order_key from cases)

),

order_refunds as (

    select
        order_key,
        sum(amount) as order_refunded_amount,
        max(refunded_on) as order_refunded_on,
        min(refund_id) as order_refund_id
    from {{ ref("int_refunds") }}
    where order_key in (select order_key from cases)
    group by order_key

),

order_goods as (

    select
        order_key,
        sum(case when type = 'return_in' and not is_lost and not is_in_transit then quantity else 0 end)
            as order_received_quantity,
        min(case when type = 'sale_out' then moved_on end) as shipped_on
    from {{ ref("int_goods_movements") }}
    where order_key in (select order_key from cases)
    group by order_key

)

select
    cases.*,
    {% for column in [
        "movement_count", "return_count", "received_quantity", "received_amount", "received_list_amount",
        "unstocked_quantity", "unstocked_amount", "returning_quantity", "lost_quantity", "exchange_quantity",
        "exchange_amount", "exchange_list_amount", "reship_quantity", "reship_amount", "repair_quantity",
        "lost_sent_quantity"
    ] -%}
    coalesce(goods.{{ column }}, 0) as {{ column }},
    {% endfor -%}
    {% for column in [
        "received_on", "returned_on", "bad_condition", "exchange_on", "first_exchange_on", "exchange_lost_on",
        "reship_on", "return_source_row", "sent_source_row"
    ] -%}
    goods.{{ column }},
    {% endfor -%}
    greatest(cases.progressed_on, goods.last_moved_on, goods.received_on) as last_step_on,
    compared.expected_amount as claimed_goods_amount,
    compared.received_amount as good_goods_amount,
    {% for column in ["short_quantity", "surplus_quantity", "damaged_quantity"] -%}
    coalesce(compared.{{ column }}, 0) as {{ column }},
    {% endfor -%}
    coalesce(sku_goods.quantity, 0) as ordered_quantity,
    orders.shop_id,
    coalesce(orders.currency, 'CNY') as currency,
    orders.owed_amount,
    orders.owed_amount - coalesce(orders.freight_amount, 0) as owed_without_freight,
    coalesce(orders.surplus_amount, 0) as surplus_amount,
    coalesce(orders.owed_share, 1) as owed_share,
    orders.paid_on,
    order_goods.shipped_on,
    coalesce(order_refunds.order_refunded_amount, 0) as order_refunded_amount,
    order_refunds.order_refunded_on,
    order_refunds.order_refund_id,
    coalesce(order_goods.order_received_quantity, 0) as order_received_quantity,
    goods_sources.covered_from
from cases
left join {{ ref("int_case_goods") }} as goods on cases.after_sale_key = goods.after_sale_key
left join {{ ref("int_returned_goods") }} as compared on cases.after_sale_key = compared.after_sale_key
left join {{ ref("int_order_goods") }} as sku_goods
    on cases.order_key = sku_goods.order_key and cases.sku = sku_goods.sku
left join orders on cases.order_key = orders.order_key
left join order_refunds on cases.order_key = order_refunds.order_key
left join order_goods on cases.order_key = order_goods.order_key
left join goods_sources on cases.platform = goods_sources.platform

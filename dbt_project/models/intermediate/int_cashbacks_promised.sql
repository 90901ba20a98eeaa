-- Grain: one row per payable with an order that promises cashback: what is owed to the buyer of it as of the day.

with

orders as (

    select
        orders.*,
        promotions.cashback_bearer,
        coalesce(orders.cashback_amount, promotions.cashback_row_amount) as promised_amount,
        case when {{ business_date("orders.completed_at") }} <= {{ as_of() }}
            then {{ business_date("orders.completed_at") }}
        end as completed_on
    from {{ ref("int_orders") }} as orders
    inner join {{ ref("int_orders_with_promotions") }} as promotions
        on orders.order_key = promotions.order_key
    where coalesce(orders.cashback_amount, promotions.cashback_row_amount) > 0
        and orders.is_paid

),

refunds as (

    select
        order_key,
        sum(amount) as refunded_amount
    from {{ ref("int_refunds") }}
    group by order_key

),

reduced as (

    select
        orders.*,
        case
            when orders.is_closed or refunds.refunded_amount >= orders.buyer_paid_amount then 0
            else 1
        end as is_owed,
        -- A part refund may take its part of the cashback with it.
        case
            when orders.is_closed or refunds.refunded_amount >= orders.buyer_paid_amount then 0
            else cast(
                orders.promised_amount
                * (1 - {{ divided("coalesce(refunds.refunded_amount, 0)", "orders.buyer_paid_amount") }})
                as numeric(24, 6)
            )
        end as least_amount,
        case
            when orders.completed_on is not null
                then {{ add_days("orders.completed_on", window("CASHBACK_ARRIVAL", "orders.pay_channel", "orders.completed_on")) }}
            else {{ add_days("orders.paid_on", window("CASHBACK_UNCOMPLETED", "orders.pay_channel", "orders.paid_on")) }}
        end as due_on
    from orders
    left join refunds
        on orders.order_key = refunds.order_key

)

select
    payable_id,
    min(order_key) as order_key,
    min(order_id) as order_id,
    min(platform) as platform,
    min(shop_id) as shop_id,
    min(currency) as currency,
    min(pay_channel) as pay_channel,
    max(cashback_bearer) as bearer,
    sum(promised_amount) as promised_amount,
    sum(promised_amount * is_owed) as owed_amount,
    sum(least_amount) as least_amount,
    max(due_on) as due_on,
    min(source_row) as source_row
from reduced
group by payable_id

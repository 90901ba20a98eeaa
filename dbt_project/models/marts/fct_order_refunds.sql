-- Grain: one row per order with refunds or compensation, with what the buyer had paid: more than that is RF04. Each
-- refund counts with its approved amount: what went out beyond the approval is that refund's own exception.

with

refunds as (

    select
        order_key,
        sum(expected_amount) as refunded_amount,
        max(refunded_on) as refunded_on,
        min(covered_from) as covered_from
    from {{ ref("fct_refunds") }}
    group by order_key

),

payables as (

    select
        orders.order_key,
        orders.platform,
        orders.order_id,
        orders.shop_id,
        orders.currency,
        orders.source_row,
        orders.paid_on,
        payables.channel,
        payables.account_id,
        case when payables.order_count = 1
            then greatest(orders.owed_amount, payables.received_amount)
            else orders.owed_amount
        end as paid_amount,
        case when payables.order_count = 1 then payables.compensation_amount else 0 end as compensation_amount
    from {{ ref("int_orders") }} as orders
    inner join {{ ref("int_payables_with_transactions") }} as payables
        on orders.payable_id = payables.payable_id

)

select
    payables.*,
    coalesce(refunds.refunded_amount, 0) as refunded_amount,
    coalesce(refunds.refunded_on, payables.paid_on) as refunded_on,
    payables.paid_amount - coalesce(refunds.refunded_amount, 0) - payables.compensation_amount as gap_amount,
    case
        when payables.paid_amount - coalesce(refunds.refunded_amount, 0) - payables.compensation_amount
            < -{{ tolerance("refunds", "payables.platform", "payables.currency", "payables.paid_on") }} then 'RF04'
    end as code
from payables
left join refunds
    on payables.order_key = refunds.order_key
where refunds.order_key is not null
    or payables.compensation_amount > 0

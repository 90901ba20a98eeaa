-- Grain: one row per paid order that its platform settles: what is expected net of refunds and fees, when it is due by
-- contract, and when it was settled. An order that was given back in full before it was settled is not expected.

with

settled as (

    select
        platform || '|' || order_id as order_key,
        min(settled_on) as settled_on
    from {{ ref("int_settlement_lines") }}
    where order_id <> ''
    group by platform || '|' || order_id

),

platforms as (

    select
        platform,
        min(settled_on) as covered_from
    from {{ ref("int_settlement_lines") }}
    group by platform

),

shipped as (

    select
        platform || '|' || order_id as order_key,
        min({{ business_date("moved_at") }}) as shipped_on
    from {{ ref("int_stock_movements") }}
    where type = 'sale_out'
    group by platform || '|' || order_id

),

refunds as (

    select
        order_key,
        sum(amount) as refunded_amount
    from {{ ref("int_refunds") }}
    group by order_key

),

begun as (

    select
        orders.order_key,
        orders.platform,
        orders.order_id,
        orders.shop_id,
        orders.currency,
        orders.source_row,
        platforms.covered_from,
        orders.buyer_paid_amount + coalesce(orders.subsidy_amount, 0) - coalesce(refunds.refunded_amount, 0)
            - round(coalesce(terms.channel_fee_rate, 0) * orders.buyer_paid_amount, 2)
            - round(coalesce(terms.commission_rate, 0)
                * case when terms.commission_base = 'list' then orders.list_amount else orders.buyer_paid_amount end, 2)
            as net_amount,
        coalesce(refunds.refunded_amount, 0) >= orders.buyer_paid_amount as is_given_back,
        terms.settle_days,
        terms.payout_days,
        case terms.settle_from
            when 'paid' then orders.paid_on
            when 'completed' then {{ business_date("orders.completed_at") }}
            when 'shipped' then shipped.shipped_on
            else coalesce(shipped.shipped_on, orders.paid_on)
        end as begun_on
    from {{ ref("int_orders") }} as orders
    inner join platforms
        on orders.platform = platforms.platform
    inner join {{ ref("int_contract_days") }} as terms
        on orders.platform = terms.platform
            and coalesce(orders.shop_id, '') = terms.shop_id
            and coalesce(orders.paid_on, orders.ordered_on) = terms.day
    left join shipped
        on orders.order_key = shipped.order_key
    left join refunds
        on orders.order_key = refunds.order_key
    where orders.is_paid
        and terms.settle_days is not null

)

select
    begun.*,
    case when begun_on <= {{ as_of() }} then calendar.next_working_on end as due_on,
    settled.settled_on
from begun
left join settled
    on begun.order_key = settled.order_key
left join {{ ref("int_calendar_days") }} as calendar
    on {{ add_days("begun.begun_on", "begun.settle_days") }} = calendar.day
where settled.settled_on is not null
    or (not is_given_back and coalesce(calendar.day >= covered_from, true))

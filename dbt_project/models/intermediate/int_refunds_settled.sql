-- Grain: one row per order with refunds: how much of them a settlement of the order must show by as_of. A refund counts
-- once a settlement names it, or once its window is over after both the refund and the order's own settlement; of an
-- order that is not settled yet all of them will.

with

lines as (

    select
        platform || '|' || refund_id as refund_key,
        sum(amount) as amount
    from {{ ref("int_settlement_lines_linked") }}
    where component = 'refund'
        and refund_id is not null
    group by platform || '|' || refund_id

),

refunds as (

    select
        refunds.*,
        orders.buyer_paid_amount,
        terms.rounding_rule,
        terms.base_amount,
        terms.returnable_commission,
        terms.returnable_channel_fee,
        sales.order_key is null or lines.refund_key is not null or coalesce(by_order.unnamed_count, 0) > 0
            or coalesce({{ add_days("greatest(refunds.refunded_on, sales.first_settled_on)",
                window("REFUND_SETTLED", "refunds.pay_channel", "refunds.refunded_on")) }} < {{ as_of() }}, false)
            as counts
    from {{ ref("int_refunds") }} as refunds
    inner join {{ ref("int_orders") }} as orders
        on refunds.order_key = orders.order_key
    left join {{ ref("int_orders_with_terms") }} as terms
        on refunds.order_key = terms.order_key
    left join lines
        on refunds.refund_key = lines.refund_key
    left join {{ ref("int_settlement_lines_summed") }} as by_order
        on refunds.order_key = by_order.order_key
            and by_order.component = 'refund'
    left join {{ ref("int_settlement_lines_summed") }} as sales
        on refunds.order_key = sales.order_key
            and sales.component = 'sale'

)

select
    order_key,
    count(*) as refund_count,
    min(refund_id) as refund_id,
    min(after_sale_id) as after_sale_id,
    min(source_row) as source_row,
    sum(amount) as refunded_amount,
    max(refunded_on) as refunded_on,
    coalesce(sum(case when counts then amount end), 0) as counted_amount,
    sum(case when counts then 1 else 0 end) as counted_count,
    -- Given back refund by refund, at the rate or in proportion to what was charged.
    {% for fee in ["commission", "channel_fee"] -%}
    coalesce(sum(case when counts then {{ rounded(
        "least(" ~ divided("returnable_" ~ fee ~ " * amount", "base_amount" if fee == "commission" else "buyer_paid_amount")
            ~ ", returnable_" ~ fee ~ ")", "rounding_rule") }} end), 0) as {{ fee }}_back,
    coalesce(sum(case when counts then {{ divided("returnable_" ~ fee ~ " * amount", "buyer_paid_amount") }} end), 0)
        as {{ fee }}_back_in_proportion{{ "," if not loop.last }}
    {% endfor %}
from refunds
group by order_key

-- Grain: one row per order and component that is expected in its settlement or stands there: what it must come to, what
-- it comes to in all batches, and how far apart the two are.

{{ config(meta={"partition_by": "order"}) }}

with

orders as (

    select
        orders.*,
        refunds.counted_count,
        refunds.commission_back,
        refunds.commission_back_in_proportion,
        refunds.channel_fee_back,
        refunds.channel_fee_back_in_proportion,
        case when orders.is_net_sale then orders.refunded_amount when orders.settles_refunds then coalesce(refunds.counted_amount, 0)
            else 0 end as counted_amount,
        -- A fee is given back after it was charged.
        case when orders.sale_settled_on is not null
            then greatest(orders.sale_settled_on, coalesce(orders.refund_settled_on, orders.sale_settled_on)) end as given_back_on,
        coalesce(refunds.counted_amount, 0) >= orders.buyer_paid_amount as is_refunded_in_full,
        -- What was refunded in full before it was settled need not be settled at all.
        orders.sale_settled_on is null and orders.refund_settled_on is null
            and orders.refunded_anywhere_amount >= orders.buyer_paid_amount as is_void
    from {{ ref("int_orders_expected_to_settle") }} as orders
    left join {{ ref("int_refunds_settled") }} as refunds
        on orders.order_key = refunds.order_key

),

{% set components = [
    ("sale", "gross_sale_amount - case when is_net_sale then refunded_amount else 0 end", "null", "0", "null"),
    ("refund", "-case when is_net_sale then 0 else counted_amount end", "null", "0", "null"),
    ("subsidy", "case when sale_basis = 'buyer_paid' then promised_amount else 0 end",
        "case when sale_basis = 'buyer_paid' then promised_amount - " ~ divided("promised_amount * least(refunded_anywhere_amount, buyer_paid_amount)", "buyer_paid_amount") ~ " end",
        "case when refunded_anywhere_amount > 0 then 0.01 else 0 end", "sale_settled_on"),
    ("commission", "-commission_amount", "-other_commission_amount", "0", "sale_settled_on"),
    ("commission_reversal", "case when is_refunded_in_full and returnable_commission > 0 then commission_amount else coalesce(commission_back, 0) end",
        "commission_back_in_proportion", "0.01 * coalesce(counted_count, 0)", "given_back_on"),
    ("channel_fee", "-channel_fee_amount", "null", "0", "sale_settled_on"),
    ("channel_fee_reversal", "case when is_refunded_in_full and returnable_channel_fee > 0 then channel_fee_amount else coalesce(channel_fee_back, 0) end",
        "channel_fee_back_in_proportion", "0.01 * coalesce(counted_count, 0)", "given_back_on"),
    ("adjustment", "0", "null", "0", "null"),
] %}

expected as (

    {% for name, amount, other, slack, since in components -%}
    select
        order_key,
        '{{ name }}' as component,
        case when is_void then 0 else {{ amount }} end as expected_amount,
        cast({{ other }} as numeric(24, 8)) as other_amount,
        {{ slack }} as slack_amount,
        cast({{ since }} as date) as since_on,
        {{ "has_commission_terms" if name.startswith("commission") else "has_channel_fee_terms" if name.startswith("channel") else "true" }}
            as is_comparable
    from orders
    {{ "union all" if not loop.last }}
    {% endfor %}
)

select
    expected.order_key,
    expected.component,
    coalesce(expected.expected_amount, 0) as expected_amount,
    expected.other_amount,
    expected.slack_amount,
    expected.since_on,
    expected.is_comparable,
    coalesce(lines.amount, 0) as actual_amount,
    coalesce(lines.line_count, 0) as line_count,
    coalesce(lines.line_count > 0 and lines.negative_count = 0, false) as is_other_share,
    lines.first_settled_on,
    lines.last_settled_on,
    lines.last_line_id,
    lines.last_batch_id,
    lines.last_refund_id,
    lines.last_source_row,
    case
        when not expected.is_comparable then 0
        when abs(coalesce(lines.amount, 0) - expected.other_amount) <= expected.slack_amount then 0
        else coalesce(lines.amount, 0) - expected.expected_amount
    end as own_gap_amount
from expected
left join {{ ref("int_settlement_lines_summed") }} as lines
    on expected.order_key = lines.order_key
        and expected.component = lines.component
where expected.expected_amount <> 0
    or lines.order_key is not null

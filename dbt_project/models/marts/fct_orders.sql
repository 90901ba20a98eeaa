-- Grain: one row per order with everything that it tied out to, and what it leaves after refunds, fees and subsidies.

{{ config(meta={"partition_by": "order"}) }}

with

refunds as (

    select
        order_key,
        max(case state when 'exception' then 4 when 'pending' then 3 when 'excluded' then 2 else 1 end) as worst
    from {{ ref("fct_refunds") }}
    group by order_key

),

returns as (

    select
        order_key,
        sum(document_amount) as return_document_amount
    from {{ ref("fct_documents") }}
    where event_type = 'sale_return'
    group by order_key

),

joined as (

    select
        orders.*,
        {{ business_date("orders.completed_at") }} as completed_date,
        shipped.shipping,
        shipped.shipped_on,
        contents.line_count, contents.item_quantity, contents.lines_amount, contents.merchant_discount_amount,
        contents.platform_discount_amount, contents.influencer_discount_amount, contents.government_discount_amount,
        contents.after_sale_count, contents.refund_count, contents.refunded_amount, contents.last_refunded_on,
        channels.received_amount, channels.channel_refund_amount, channels.cashback_paid_amount,
        channels.compensation_amount, channels.channel_fee_amount,
        coalesce(settled.settlement_line_count, 0) as settlement_line_count,
        settled.first_settled_on, settled.last_settled_on,
        {% for column in [
            "settled_amount", "settled_sale_amount", "settled_subsidy_amount", "settled_refund_amount",
            "commission_amount", "settled_penalty_amount", "platform_fee_amount"
        ] -%}
        coalesce(settled.{{ column }}, 0) as {{ column }},
        {% endfor -%}
        coalesce(documents.document_count, 0) as sale_document_count,
        coalesce(documents.document_amount, 0) as sale_document_amount,
        coalesce(returns.return_document_amount, 0) as return_document_amount,
        payments.state as payment_state,
        case refunds.worst when 4 then 'exception' when 3 then 'pending' when 2 then 'excluded' when 1 then 'matched' end
            as refund_state,
        documents.state as document_state
    from {{ ref("int_orders") }} as orders
    inner join {{ ref("int_orders_shipped") }} as shipped on orders.order_key = shipped.order_key
    inner join {{ ref("int_orders_with_contents") }} as contents on orders.order_key = contents.order_key
    inner join {{ ref("int_orders_with_channel_amounts") }} as channels on orders.order_key = channels.order_key
    left join {{ ref("int_orders_with_settlements") }} as settled on orders.order_key = settled.order_key
    left join {{ ref("fct_payments") }} as payments on orders.payable_id = payments.payable_id
    left join {{ ref("fct_documents") }} as documents on documents.event_key = 'sale|' || orders.order_key
    left join refunds on orders.order_key = refunds.order_key
    left join returns on orders.order_key = returns.order_key

)

select
    order_key, platform, order_id, shop_id, merchant_order_no, payable_id, buyer_id, pay_channel, currency, status, is_paid,
    is_closed, ordered_on, case when is_paid then paid_on end as paid_on, shipping, shipped_on,
    case when completed_date <= {{ as_of() }} then completed_date end as completed_on,
    case when is_closed then closed_on end as closed_on,
    line_count, item_quantity,
    {% for column in [
        "list_amount", "freight_amount", "discount_amount", "merchant_discount_amount", "platform_discount_amount",
        "influencer_discount_amount", "government_discount_amount", "lines_amount", "buyer_paid_amount", "owed_amount",
        "subsidy_amount", "cashback_amount", "received_amount", "channel_refund_amount", "cashback_paid_amount",
        "compensation_amount"
    ] -%}
    cast(coalesce({{ column }}, 0) as numeric(18, 2)) as {{ column }},
    {% endfor -%}
    -- Bills have fees with more digits than two.
    channel_fee_amount,
    after_sale_count, refund_count, cast(refunded_amount as numeric(18, 2)) as refunded_amount, last_refunded_on,
    settlement_line_count, first_settled_on, last_settled_on,
    {% for column in [
        "settled_amount", "settled_sale_amount", "settled_subsidy_amount", "settled_refund_amount", "commission_amount",
        "settled_penalty_amount", "platform_fee_amount", "sale_document_amount", "return_document_amount"
    ] -%}
    cast({{ column }} as numeric(18, 2)) as {{ column }},
    {% endfor -%}
    sale_document_count,
    cast(
        owed_amount + case when is_paid then coalesce(subsidy_amount, 0) else 0 end - refunded_amount + channel_fee_amount
        + commission_amount + platform_fee_amount + settled_penalty_amount + compensation_amount + cashback_paid_amount
        as numeric(18, 2)
    ) as net_proceeds_amount,
    payment_state, refund_state, document_state, source_row
from joined

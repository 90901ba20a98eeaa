-- Grain: one row per order of a shop that its platform settles: what its settlement must come to and does come to, when
-- it is due, and what that means. The one place where the settlement leg decides about an order as a whole.

{{ config(meta={"partition_by": "order"}) }}

{% set components = [
    "sale", "refund", "subsidy", "commission", "commission_reversal", "channel_fee", "channel_fee_reversal", "adjustment"
] %}

with

components as (

    select
        order_key,
        {% for name in components -%}
        sum(case when component = '{{ name }}' then expected_amount else 0 end) as expected_{{ name }}_amount,
        sum(case when component = '{{ name }}' then actual_amount else 0 end) as actual_{{ name }}_amount,
        {% endfor -%}
        sum(expected_amount) as expected_net_amount,
        sum(actual_amount) as actual_net_amount,
        sum(line_count) as line_count,
        min(code) as component_code,
        max(case when is_settled then 1 else 0 end) as settled,
        max(case when is_awaited then 1 else 0 end) as awaited,
        min(settled_on) as settled_on
    from {{ ref("fct_settlement_components") }}
    group by order_key

),

orders as (

    select
        orders.platform,
        orders.order_id,
        orders.order_key,
        orders.shop_id,
        orders.currency,
        orders.source_row,
        orders.is_paid,
        orders.paid_on,
        orders.covered_from,
        orders.settle_from,
        orders.settle_days,
        orders.terms_from,
        due.settles_from_on,
        due.due_on,
        {% for name in components + ["net"] -%}
        cast(coalesce(components.expected_{{ name }}_amount, 0) as numeric(18, 2)) as expected_{{ name }}_amount,
        cast(coalesce(components.actual_{{ name }}_amount, 0) as numeric(18, 2)) as actual_{{ name }}_amount,
        {% endfor -%}
        cast(coalesce(components.line_count, 0) as bigint) as line_count,
        coalesce(components.settled, 0) = 1 as is_settled,
        coalesce(components.awaited, 0) = 1 as is_awaited,
        components.component_code,
        components.settled_on
    from {{ ref("int_orders_expected_to_settle") }} as orders
    left join components
        on orders.order_key = components.order_key
    left join {{ ref("int_orders_due_to_settle") }} as due
        on orders.order_key = due.order_key

),

decided as (

    select
        *,
        case when not is_settled and expected_sale_amount <> 0 and due_on >= covered_from then 'ST01' end as code,
        case
            when is_settled or component_code is not null then null
            when not is_paid then 'nothing_owed'
            when expected_sale_amount = 0 then 'refunded_before_settlement'
            when settle_from is null or settle_days is null then 'no_contract'
            when due_on is null then 'not_due_yet'
            when due_on < covered_from then 'before_coverage'
        end as excluded_reason
    from orders

)

select
    *,
    case
        when component_code is not null then 'exception'
        when excluded_reason is not null then 'excluded'
        when code is not null and due_on < {{ as_of() }} then 'exception'
        when code is not null or is_awaited then 'pending'
        else 'matched'
    end as state
from decided

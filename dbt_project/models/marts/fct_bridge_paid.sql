-- Grain: one row per order and line of the bridge's step from the orders' list value to what buyers paid. An order's
-- own row says both what it moves and why: what its lines leave of that is its residual.

{{ config(materialized="view") }}

{% set bearers = ["merchant", "platform", "influencer", "government"] %}

with

-- What takes off for the buyer; a platform's subsidy does where the order's own discount counts it in.
promotions as (

    select
        platform || '|' || order_id as order_key,
        {% for bearer in bearers -%}
        sum(case when bearer = '{{ bearer }}' and type <> 'subsidy' then amount else 0 end) as {{ bearer }}_amount,
        sum(case when bearer = '{{ bearer }}' and type = 'subsidy' then amount else 0 end) as {{ bearer }}_subsidy,
        {% endfor -%}
        sum(case when bearer is not null and type <> 'subsidy' then amount else 0 end) as borne_amount,
        sum(case when bearer is not null and type = 'subsidy' then amount else 0 end) as subsidy
    from {{ ref("int_order_promotions") }}
    where type <> 'cashback'
    group by platform || '|' || order_id

),

orders as (

    select
        orders.*,
        coalesce(orders.discount_amount, 0) as off_amount,
        coalesce(orders.freight_amount, 0) as sent_amount,
        coalesce(
            orders.list_amount,
            orders.buyer_paid_amount + coalesce(orders.discount_amount, 0) - coalesce(orders.freight_amount, 0)
        ) as list_value,
        coalesce(orders.paid_on, orders.ordered_on) as entered_on
    from {{ ref("int_orders") }} as orders

),

{% set counted = "case when promotions.subsidy = orders.off_amount - promotions.borne_amount then 1 else 0 end" %}

named as (

    select
        orders.*,
        {% for bearer in bearers -%}
        coalesce(promotions.{{ bearer }}_amount + promotions.{{ bearer }}_subsidy * {{ counted }}, 0)
            as {{ bearer }}_amount,
        {% endfor -%}
        orders.off_amount - coalesce(promotions.borne_amount + promotions.subsidy * {{ counted }}, 0)
            as unspecified_amount,
        orders.buyer_paid_amount - (orders.list_value - orders.off_amount + orders.sent_amount) as arithmetic_amount,
        case when orders.status = 'closed' then 'closed_unpaid' else 'unpaid' end as unpaid_line
    from orders
    left join promotions
        on orders.order_key = promotions.order_key

)

{% set fact = {"item_type": "order", "item_key": "order_key", "item_id": "order_id", "account_id": "null",
    "business_on": "ordered_on"} %}
{% set next_month = "is_paid and " ~ month_start("entered_on") ~ " <> " ~ month_start("ordered_on") %}
{% set moved = "case when is_paid then coalesce(owed_amount, 0) else 0 end - coalesce(list_value, 0)" %}
{% set explained = "coalesce(sent_amount, 0) + coalesce(arithmetic_amount, 0) - coalesce(unspecified_amount, 0) - "
    ~ bearers | join("_amount - ") ~ "_amount"
    ~ " - case when is_paid then 0 else coalesce(buyer_paid_amount, 0) end" %}

{% for line in bearers + ["unspecified"] -%}
{{ bridge_entries("named", dict(fact, line="'discount_" ~ line ~ "'", amount="-" ~ line ~ "_amount")) }}
union all
{% endfor -%}
{{ bridge_entries("named", dict(fact, line="'freight'", amount="sent_amount")) }}
union all
{{ bridge_entries("named", dict(fact, line="'arithmetic'", amount="arithmetic_amount")) }}
union all
{{ bridge_entries("named", dict(fact, line="unpaid_line", amount="-buyer_paid_amount"), "not is_paid") }}
union all
{{ bridge_entries("named", dict(fact, line="'other_month'", amount="-owed_amount"), next_month) }}
union all
{{ bridge_entries("named", dict(fact, line="'other_month'", business_on="entered_on", amount="owed_amount"), next_month) }}
union all
{{ bridge_entries("named", dict(fact, line="'residual'", amount=moved ~ " - (" ~ explained ~ ")")) }}

-- Grain: one row per entry of the bridge's step from the orders' list value to what buyers paid.

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

),

-- What the payment leg says is owed, against its orders: they must be the same.
payables as (

    select
        item_key, currency, min(platform) as platform, min(shop_id) as shop_id, min(paid_on) as paid_on,
        sum(amount) as amount
    from (
        select payable_id as item_key, platform, shop_id, paid_on, currency, owed_amount as amount
        from {{ ref("fct_payments") }}
        union all
        select payable_id, platform, shop_id, entered_on, currency, -owed_amount from orders
    ) as both_sides
    group by item_key, currency

)

{% set order = {"item_type": "order", "item_key": "order_key", "account_id": "null", "business_on": "ordered_on"} %}
{% set fact = dict(order, item_id="order_id") %}
{% set payable = {"item_type": "payable", "item_key": "item_key", "account_id": "null", "business_on": "paid_on"} %}

{{ bridge_entries("orders", dict(order, amount="-list_value")) }}
union all
{{ bridge_entries("orders", dict(order, business_on="entered_on", amount="owed_amount"), "is_paid") }}
{% for line in bearers + ["unspecified"] -%}
{% set amount = line ~ "_amount" -%}
union all
{{ bridge_entries("named", dict(fact, line="'discount_" ~ line ~ "'", amount="-" ~ amount), amount ~ " <> 0") }}
{% endfor -%}
union all
{{ bridge_entries("named", dict(fact, line="'freight'", amount="sent_amount")) }}
union all
{{ bridge_entries("named", dict(fact, line="'arithmetic'", amount="arithmetic_amount"), "arithmetic_amount <> 0") }}
union all
{{ bridge_entries("named", dict(fact, line="unpaid_line", amount="-buyer_paid_amount"), "not is_paid") }}
union all
{{ bridge_entries("payables", dict(payable, line="'arithmetic'"), "amount <> 0") }}

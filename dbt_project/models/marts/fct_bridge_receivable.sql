-- Grain: one row per entry of the bridge's step from what buyers paid to what should come in: with the subsidies
-- promised to the merchant, without the cashback promised to buyers and the refunds.

{{ config(materialized="view") }}

with

orders as (

    select
        *,
        coalesce(paid_on, ordered_on) as entered_on
    from {{ ref("int_orders") }}
    where is_paid

),

decided as (

    select
        *,
        coalesce(currency, 'CNY') as refund_currency
    from {{ ref("fct_refunds") }}

)

{% set order = {"item_key": "order_key", "item_id": "order_id", "account_id": "null", "business_on": "entered_on"} %}
{% set refund = {"item_type": "refund", "item_key": "refund_key", "item_id": "refund_id", "account_id": "null",
    "business_on": "refunded_on", "amount": "-amount"} %}

{% for line, sign in [("subsidy", ""), ("cashback", "-")] -%}
{% set amount = line ~ "_amount" -%}
{% for word in ["null", "'" ~ line ~ "_promised'"] -%}
{{ bridge_entries("orders", dict(order, item_type=line, line=word, amount=sign ~ amount), amount ~ " <> 0") }}
union all
{% endfor -%}
{% endfor -%}
{{ bridge_entries(ref("int_refunds_placed"), refund) }}
union all
{{ bridge_entries("decided", dict(refund, line="'refunds'", currency="refund_currency")) }}

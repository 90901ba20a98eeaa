-- Grain: one row per step of the money bridge, item, place, month, currency and line: all entries of the steps, summed.

{{ config(materialized="view") }}

{% set key = "item_type, item_key, platform, shop_id, account_id, currency, line" %}

{% for step, model in [
    (2, "fct_bridge_paid"), (3, "fct_bridge_receivable"), (4, "fct_bridge_settled"), (5, "fct_bridge_wallet"),
    (6, "fct_bridge_payout"), (7, "fct_bridge_bank")
] -%}
select
    {{ step }} as step,
    min(item_id) as item_id,
    {{ key }},
    {{ month_start("business_on") }} as month_on,
    sum(amount) as amount
from {{ ref(model) }}
group by {{ key }}, {{ month_start("business_on") }}
{{ "union all" if not loop.last }}
{% endfor %}

-- Grain: one row per entry of the money bridge's steps: what the sources' rows move from one stage to the next, and what
-- the legs' facts say of it.

{{ config(materialized="view") }}

{% for step, model in [
    (2, "fct_bridge_owed"), (3, "fct_bridge_receivable"), (4, "fct_bridge_settled"), (5, "fct_bridge_wallet"),
    (6, "fct_bridge_payout"), (7, "fct_bridge_bank")
] -%}
select
    {{ step }} as step,
    item_id,
    item_key,
    platform,
    shop_id,
    account_id,
    currency,
    line,
    {{ month_start("business_on") }} as month_on,
    amount
from {{ ref(model) }}
{{ "union all" if not loop.last }}
{% endfor %}

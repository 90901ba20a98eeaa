-- Grain: one row per entry of the bridge's step from what buyers paid to what should come in: the refunds. What is
-- promised to the merchant and to buyers stands in `fct_bridge_told`.

{{ config(materialized="view") }}

with

decided as (

    select
        *,
        coalesce(currency, 'CNY') as refund_currency
    from {{ ref("fct_refunds") }}

)

{% set refund = {"item_type": "refund", "item_key": "refund_key", "item_id": "refund_id", "account_id": "null",
    "business_on": "refunded_on", "amount": "-amount"} %}

{{ bridge_entries(ref("int_refunds_placed"), refund) }}
union all
{{ bridge_entries("decided", dict(refund, line="'refunds'", currency="refund_currency")) }}

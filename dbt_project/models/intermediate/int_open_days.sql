-- Grain: one row per open entity, account and business day on which it has rows. A file of the open format need not
-- say what it covers.

{{ config(materialized="view") }}

{% set entities = [
    ("orders", "int_orders", "null", "ordered_on"),
    ("refunds", "int_refunds", "null", "refunded_on"),
    ("channel_transactions", "int_channel_transactions", "account_id", "occurred_on"),
    ("wallet_lines", "int_wallet_lines", "account_id", "occurred_on"),
    ("settlement_lines", "int_settlement_lines", "null", "settled_on"),
    ("payouts", "int_payouts", "account_id", "paid_on"),
    ("bank_lines", "int_bank_lines", "account_id", "booked_on"),
] %}

{% for entity, model, account, day in entities %}
select distinct
    '{{ entity }}' as stream,
    cast({{ account }} as text) as account_id,
    {{ day }} as day
from {{ ref(model) }}
{{ "union all" if not loop.last }}
{% endfor %}

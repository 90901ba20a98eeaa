-- Grain: one row per delivery of the open format that does not say what it covers, account and business day on which
-- it has rows.

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
    deliveries.delivery_id,
    '{{ entity }}' as stream,
    cast({{ "rows_of." if account != "null" }}{{ account }} as text) as account_id,
    rows_of.{{ day }} as business_on
from {{ ref(model) }} as rows_of
-- Other sources bring rows of the same entity.
inner join {{ ref("stg_landing__deliveries") }} as deliveries
    on substring(rows_of.source_row, 1, 16) = deliveries.delivery_id
        and deliveries.source = 'open'
        and deliveries.covers_from is null
where rows_of.{{ day }} is not null
{{ "union all" if not loop.last }}
{% endfor %}

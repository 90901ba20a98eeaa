-- Grain: one row per step of the money bridge, item, month and line of what needs no leg's fact: a source's row (an order,
-- a fee, a promised subsidy) that is itself all there is to say of it, and is named at once where it stands.

{{ config(materialized="view") }}

with

orders as (

    select
        *,
        coalesce(paid_on, ordered_on) as entered_on
    from {{ ref("int_orders") }}
    where is_paid

),

transactions as (

    select * from {{ ref("int_transactions_placed") }}

),

lines as (

    select
        *,
        case
            when type in ('sale', 'refund', 'subsidy') and payable_id is null then 'unlinked'
            when type = 'refund' then 'refund_unnamed'
            else type
        end as line
    from {{ ref("int_settlement_lines_placed") }}
    where not (type in ('sale', 'subsidy') and payable_id is not null)
        and not (type = 'refund' and refund_key is not null)

),

{% set order = {"item_key": "order_key", "item_id": "order_id", "account_id": "null", "business_on": "entered_on"} %}
{% set transaction = {"item_key": "transaction_key", "item_id": "transaction_id", "business_on": "occurred_on"} %}
{% set settled = {"item_type": "settlement_line", "item_key": "settlement_line_key", "item_id": "line_id",
    "business_on": "settled_on", "line": "line"} %}
{% set other = "type not in ('payment', 'refund') and not (type = 'cashback' and payable_id is not null)" %}

entries as (

    {% for line, amount in [("subsidy", "subsidy_amount"), ("cashback", "-cashback_amount")] -%}
    {{ bridge_entries("orders", dict(order, item_type=line, line="'" ~ line ~ "_promised'", amount=amount)) }}
    union all
    {% endfor -%}
    {{ bridge_entries("transactions", dict(transaction, item_type="fee", line="'channel_fee'", amount="fee_amount")) }}
    union all
    {{ bridge_entries("transactions", dict(transaction, item_type="transaction", line="type"), other) }}
    union all
    {{ bridge_entries("lines", settled) }}
    union all
    select * from {{ ref("fct_bridge_paid") }}

)

select
    case when item_type = 'order' then 2 when item_type in ('subsidy', 'cashback') then 3 else 4 end as step,
    item_id,
    item_type,
    item_key,
    platform,
    shop_id,
    account_id,
    currency,
    line,
    {{ month_start("business_on") }} as month_on,
    amount
from entries
where amount <> 0

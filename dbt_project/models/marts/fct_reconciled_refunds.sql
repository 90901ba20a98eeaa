-- Grain: one row per platform refund and per refund transaction of a channel, with the state it ended in.

{{ config(materialized="view") }}

with

refunds as (

    select
        *,
        coalesce(currency, 'CNY') as refund_currency,
        case when code = 'RF02' then 'transaction' else 'refund' end as exception_type
    from {{ ref("fct_refunds") }}

),

outflows as (

    select
        outflows.*,
        refunds.exception_type,
        refunds.refund_currency,
        case
            when outflows.excluded_reason is not null then 'excluded'
            when outflows.code is not null then 'exception'
            when refunds.state is not null then refunds.state
            else 'matched'
        end as state,
        coalesce(
            outflows.excluded_reason, outflows.code, refunds.excluded_reason, refunds.code, outflows.match_rule, 'sent_back'
        ) as reason
    from {{ ref("fct_refund_outflows") }} as outflows
    left join refunds
        on outflows.refund_key = refunds.refund_key

)

{{ reconciliation_rows("refunds", "ours", "refund", "refunds", {
    "entity_id": "refund_id", "platform": "platform", "channel": "paying_channel", "shop_id": "shop_id",
    "business_on": "refunded_on", "currency": "refund_currency", "amount": "-amount", "state": "state",
    "reason": "coalesce(excluded_reason, code, match_rule)",
    "exception_id": exception_id("refunds", "exception_type", "refund_key", "refund_currency")
}) }}
union all
{{ reconciliation_rows("refunds", "theirs", "transaction", "outflows", {
    "entity_id": "transaction_id", "platform": "platform", "channel": "channel", "shop_id": "shop_id",
    "account_id": "account_id", "business_on": "occurred_on", "amount": "amount", "state": "state", "reason": "reason",
    "reference": "coalesce(nullif(request_no, ''), merchant_order_no)",
    "exception_id": "case when refund_key is null then "
        ~ exception_id("refunds", "case when code = 'RF03' then 'after_sale' else 'transaction' end", "transaction_key", "currency")
        ~ " else " ~ exception_id("refunds", "exception_type", "refund_key", "refund_currency") ~ " end"
}) }}

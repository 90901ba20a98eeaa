-- Grain: one row per order, refund and payout as an event to book, per document, and per ledger line (leg `ledger`, with
-- the documents that name its voucher beside it), with the state it ended in.

{{ config(materialized="view") }}

with

events as (

    select
        *,
        case when not has_event then 'document' when event_type = 'sale' then 'order'
            when event_type = 'sale_return' then 'refund' else 'payout' end as entity_type,
        coalesce(excluded_reason, code, reason, basis, 'event') as state_reason
    from {{ ref("fct_documents") }}

),

orders as (

    select rows_of.*, events.state, events.state_reason, events.reason, events.event_key, events.currency as event_currency
    from {{ ref("int_orders") }} as rows_of
    inner join events on events.event_key = 'sale|' || rows_of.order_key

),

refunds as (

    select rows_of.*, events.shop_id, events.state, events.state_reason, events.reason, events.event_key,
        events.currency as event_currency
    from {{ ref("int_refunds") }} as rows_of
    inner join events on events.event_key = 'sale_return|' || rows_of.refund_key

),

payouts as (

    select rows_of.*, events.state, events.state_reason, events.reason, events.event_key, events.currency as event_currency
    from {{ ref("int_payouts") }} as rows_of
    inner join events on events.event_key = 'receipt|' || rows_of.payout_key

),

documents as (

    select
        documents.*,
        events.event_key,
        events.entity_type,
        events.reason,
        events.currency as event_currency,
        case
            when documents.standing <> 'live' or events.event_key is null then 'excluded'
            else events.state
        end as state,
        case when documents.standing <> 'live' then documents.standing else coalesce(events.state_reason, 'not_an_event') end
            as state_reason
    from {{ ref("int_documents_identified") }} as documents
    left join {{ ref("int_documents_matched_to_events") }} as matched
        on documents.document_id = matched.document_id
    left join events
        on matched.event_key = events.event_key

)

{% set waits = "case when reason = 'booking_window' then null else " %}
{{ reconciliation_rows("books", "ours", "order", "orders", {
    "entity_id": "order_id", "platform": "platform", "shop_id": "shop_id",
    "business_on": "coalesce(case when is_paid then paid_on end, ordered_on)", "amount": "owed_amount",
    "state": "state", "reason": "state_reason",
    "exception_id": waits ~ exception_id("books", "'order'", "event_key", "event_currency") ~ " end"
}) }}
union all
{{ reconciliation_rows("books", "ours", "refund", "refunds", {
    "entity_id": "refund_id", "platform": "platform", "shop_id": "shop_id", "business_on": "refunded_on",
    "currency": "event_currency", "amount": "-amount", "state": "state", "reason": "state_reason",
    "exception_id": waits ~ exception_id("books", "'refund'", "event_key", "event_currency") ~ " end"
}) }}
union all
{{ reconciliation_rows("books", "ours", "payout", "payouts", {
    "entity_id": "payout_id", "platform": "platform", "account_id": "account_id",
    "business_on": "coalesce(paid_on, due_on, " ~ as_of() ~ ")", "amount": "amount", "state": "state",
    "reason": "state_reason",
    "exception_id": waits ~ exception_id("books", "'payout'", "event_key", "event_currency") ~ " end"
}) }}
union all
{{ reconciliation_rows("books", "theirs", "document", "documents", {
    "entity_id": "document_id", "business_on": "document_on",
    "amount": "case type when 'sale_return' then -amount else amount end", "state": "state", "reason": "state_reason",
    "exception_id": waits ~ exception_id("books", "entity_type", "event_key", "event_currency") ~ " end"
}) }}

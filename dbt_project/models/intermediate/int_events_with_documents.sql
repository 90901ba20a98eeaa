-- Grain: one row per event, and per number of no event that documents name, with what the documents say and what they
-- should say by their platform's convention.

with

documents as (

    select * from {{ ref("int_documents_by_event") }}

),

events as (

    select
        events.*,
        conventions.basis,
        coalesce(conventions.recognition, 'unknown') as recognition,
        coverage.covered_from,
        coverage.covered_to,
        case conventions.basis
            {%- for name, amount in document_amounts().items() %}
            when '{{ name }}' then {{ amount }}
            {%- endfor %}
            else base_amount
        end as expected_amount
    from {{ ref("int_events_to_book") }} as events
    left join {{ ref("int_document_coverage") }} as coverage
        on events.event_type = coverage.event_type
            and events.platform = coverage.platform
            and coalesce(events.shop_id, '') = coverage.shop_id
    left join {{ ref("int_document_conventions") }} as conventions
        on events.event_type = conventions.event_type
            and events.platform = conventions.platform

)

select
    coalesce(events.event_key, documents.event_key) as event_key,
    coalesce(events.event_type, documents.event_type) as event_type,
    events.event_key is not null as has_event,
    coalesce(events.platform, documents.platform) as platform,
    coalesce(events.order_id, documents.order_id) as order_id,
    coalesce(events.order_key, documents.order_key) as order_key,
    coalesce(events.refund_id, documents.refund_id) as refund_id,
    coalesce(events.payout_id, documents.payout_id) as payout_id,
    coalesce(events.currency, documents.document_currency) as currency,
    {% for column in [
        "shop_id", "after_sale_id", "batch_id", "group_key", "shipping", "is_paid", "event_on", "completed_on",
        "is_required", "optional_reason", "basis", "recognition", "covered_from", "covered_to", "expected_amount",
        "allowance_amount", "source_row"
    ] -%}
    events.{{ column }},
    {% endfor -%}
    coalesce(documents.document_count, 0) as document_count,
    coalesce(documents.document_amount, 0) as document_amount,
    {% for column in [
        "smallest_amount", "largest_amount", "document_currency", "other_currency", "first_document_on",
        "last_document_on", "document_id", "voucher_no", "document_source_row"
    ] -%}
    documents.{{ column }}{{ "," if not loop.last }}
    {% endfor %}
from events
full outer join documents
    on events.event_key = documents.event_key

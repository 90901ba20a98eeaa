-- Grain: one row per event or number that live documents of a type name, with what these come to as written.

with

ordered as (

    select
        *,
        row_number() over (partition by event_key order by document_on desc, document_id desc) as place_from_last
    from {{ ref("int_documents_matched_to_events") }}

)

select
    event_key,
    min(type) as event_type,
    min(platform) as platform,
    min(order_id) as order_id,
    min(order_key) as order_key,
    min(refund_id) as refund_id,
    min(payout_id) as payout_id,
    count(*) as document_count,
    sum(amount) as document_amount,
    min(amount) as smallest_amount,
    max(amount) as largest_amount,
    min(currency) as document_currency,
    max(currency) as other_currency,
    min(document_on) as first_document_on,
    max(document_on) as last_document_on,
    max(case when place_from_last = 1 then document_id end) as document_id,
    max(case when place_from_last = 1 then voucher_no end) as voucher_no,
    max(case when place_from_last = 1 then source_row end) as document_source_row
from ordered
group by event_key

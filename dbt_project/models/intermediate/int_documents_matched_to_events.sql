-- Grain: one row per live document that an event needs (sale, sale return, receipt), with the event that it is of; one
-- that names nothing is of none but itself.

select
    documents.*,
    documents.type || '|' || coalesce(
        case documents.type
            when 'sale' then documents.order_key
            when 'sale_return' then coalesce(documents.refund_key, matched.refund_key)
            when 'receipt' then documents.payout_key
        end,
        'document|' || documents.document_id
    ) as event_key
from {{ ref("int_documents_identified") }} as documents
left join {{ ref("int_returns_matched_to_refunds") }} as matched
    on documents.document_id = matched.document_id
where documents.standing = 'live'
    and documents.type in ('sale', 'sale_return', 'receipt')

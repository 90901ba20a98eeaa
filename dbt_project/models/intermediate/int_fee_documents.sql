-- Grain: one row per live document that books a fee or another charge; one without a platform may be any's.

select
    documents.document_id,
    documents.platform,
    documents.document_on,
    abs(documents.amount) as amount,
    documents.platform || '|' || documents.order_id as order_key,
    row_number() over (
        partition by documents.platform, documents.order_id, abs(documents.amount)
        order by documents.document_on, documents.document_id
    ) as place_of_order,
    row_number() over (
        partition by documents.platform, abs(documents.amount), documents.document_on order by documents.document_id
    ) as place_of_day
from {{ ref("int_erp_documents") }} as documents
left join {{ ref("document_statuses") }} as statuses
    on lower(documents.status) = statuses.status
where documents.type in ('fee', 'other')
    and coalesce(statuses.is_live, true)

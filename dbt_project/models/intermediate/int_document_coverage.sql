-- Grain: one row per kind of event, platform and shop of which the ERP keeps documents, with the days that it delivers.

with

covered as (

    {{ covered_days(ref("int_erp_documents"), "document_on", "erp_documents") }}

),

shops as (

    select
        events.event_type,
        events.platform,
        coalesce(events.shop_id, '') as shop_id,
        count(documents.event_key) as documented_count,
        sum(case when events.is_required then 1 else 0 end) as required_count
    from {{ ref("int_events_to_book") }} as events
    left join {{ ref("int_documents_by_event") }} as documents
        on events.event_key = documents.event_key
    group by events.event_type, events.platform, coalesce(events.shop_id, '')

)

select
    shops.event_type,
    shops.platform,
    shops.shop_id,
    covered.covered_from,
    covered.covered_to
from shops
cross join covered
where shops.documented_count > 0
    -- Of a handful of events of one kind all documents may be missing: the shop's others and the kind's elsewhere tell.
    or shops.required_count <= 5
    and shops.platform || '|' || shops.shop_id in (
        select platform || '|' || shop_id from shops where documented_count > 0
    )
    and shops.event_type in (select event_type from shops where documented_count > 0)

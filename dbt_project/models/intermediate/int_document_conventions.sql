-- Grain: one row per kind of event and platform whose documents follow a convention: with which amount they are written
-- (basis), and for sales from which step of an order on (recognition: `paid`, `shipped`, `completed`).

with

documented as (

    select
        events.*,
        documents.document_amount,
        documents.first_document_on
    from {{ ref("int_events_to_book") }} as events
    inner join {{ ref("int_documents_by_event") }} as documents
        on events.event_key = documents.event_key
            and events.currency = documents.document_currency

),

{%- set conditions = {} %}
{%- for name, amount in document_amounts().items() %}
    {%- do conditions.update({name: "document_amount = " ~ amount}) %}
{%- endfor %}

by_platform as (

    {{ prevailing_basis("documented", ["event_type", "platform"], conditions) }}

),

overall as (

    {{ prevailing_basis("documented", ["event_type"], conditions) }}

),

-- An order that was sent and finished on one day cannot tell.
dated as (

    select *
    from documented
    where event_type = 'sale'
        and event_on is not null
        and event_on is distinct from completed_on

),

recognised as (

    {{ prevailing_basis("dated", ["event_type", "platform"], {
        "shipped": "first_document_on >= event_on and (completed_on is null or first_document_on < completed_on)",
        "completed": "first_document_on >= completed_on",
        "paid": "first_document_on < event_on",
    }) }}

),

groups as (

    select
        event_type,
        platform,
        count(*) as documented_count
    from documented
    group by event_type, platform

)

select
    groups.event_type,
    groups.platform,
    groups.documented_count,
    -- A platform with a handful of documents follows what the ERP does for the others.
    case when groups.documented_count < 20 then coalesce(by_platform.basis, overall.basis) else by_platform.basis end
        as basis,
    recognised.basis as recognition
from groups
left join by_platform
    on groups.event_type = by_platform.event_type
        and groups.platform = by_platform.platform
left join overall
    on groups.event_type = overall.event_type
left join recognised
    on groups.event_type = recognised.event_type
        and groups.platform = recognised.platform

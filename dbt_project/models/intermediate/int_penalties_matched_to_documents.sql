-- Grain: one row per penalty or compensation that a platform deducted, with the document that books it, if any: of its
-- order and amount, else of its platform, amount and days. A document is claimed once.

with

lines as (

    select
        settlement_line_key,
        platform,
        amount,
        settled_on,
        coalesce(order_key, platform || '|' || order_id) as order_key,
        {{ window("PENALTY_BOOKING", "platform", "settled_on") }} as window_days,
        row_number() over (
            partition by coalesce(order_key, platform || '|' || order_id), amount order by settled_on, settlement_line_key
        ) as place_of_order,
        row_number() over (partition by platform, amount, settled_on order by settlement_line_key) as place_of_day
    from {{ ref("int_settlement_lines_linked") }}
    where known_type in ('penalty', 'compensation')
        and amount < 0

),

documents as (

    select
        document_id,
        coalesce(platform, '') as platform,
        document_on,
        abs(amount) as amount,
        platform || '|' || order_id as order_key,
        row_number() over (partition by platform, order_id, abs(amount) order by document_on, document_id)
            as place_of_order,
        row_number() over (partition by platform, abs(amount), document_on order by document_id) as place_of_day
    from {{ ref("int_erp_documents") }}
    where type in ('fee', 'other')
        and coalesce(status, '') not in ('void', 'voided', 'cancelled', 'reversed')

),

by_order as (

    select
        lines.settlement_line_key,
        documents.document_id
    from lines
    inner join documents
        on lines.order_key = documents.order_key
            and -lines.amount = documents.amount
            and lines.place_of_order = documents.place_of_order

),

near as (

    select
        lines.settlement_line_key,
        documents.document_id,
        abs(documents.document_on - lines.settled_on) as days_apart,
        abs(documents.place_of_day - lines.place_of_day) as places_apart
    from lines
    inner join documents
        on -lines.amount = documents.amount
            and documents.platform in ('', lines.platform)
            and abs(documents.document_on - lines.settled_on) <= lines.window_days
    where (documents.order_key is null or lines.order_key is null)
        and lines.settlement_line_key not in (select settlement_line_key from by_order)
        and documents.document_id not in (select document_id from by_order)

),

ranked as (

    select
        *,
        row_number() over (partition by settlement_line_key order by days_apart, places_apart, document_id) as line_choice,
        row_number() over (partition by document_id order by days_apart, places_apart, settlement_line_key) as document_choice
    from near

),

matched as (

    select settlement_line_key, document_id from by_order
    union all
    select settlement_line_key, document_id from ranked where line_choice = 1 and document_choice = 1

)

select
    lines.settlement_line_key,
    lines.window_days,
    matched.document_id,
    max(documents.document_on - lines.settled_on) over (partition by lines.platform) as longest_days
from lines
left join matched
    on lines.settlement_line_key = matched.settlement_line_key
left join documents
    on matched.document_id = documents.document_id

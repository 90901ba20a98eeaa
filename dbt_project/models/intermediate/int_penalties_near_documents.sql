-- Grain: one row per penalty or compensation that a platform deducted and document that may book it by platform, amount
-- and days, because one of both names no order. Pairs whose days overlap are one run: as many documents as deductions
-- there book them in turn.

with

pairs as (

    select
        penalties.settlement_line_key,
        documents.document_id,
        penalties.platform,
        penalties.amount,
        penalties.settled_on,
        documents.document_on,
        abs(documents.document_on - penalties.settled_on) as days_apart,
        abs(documents.place_of_day - penalties.place_of_day) as places_apart,
        least(penalties.settled_on, documents.document_on) as from_on,
        greatest(penalties.settled_on, documents.document_on) as to_on
    from {{ ref("int_penalties") }} as penalties
    inner join {{ ref("int_fee_documents") }} as documents
        on penalties.amount = documents.amount
            and coalesce(documents.platform, penalties.platform) = penalties.platform
            and abs(documents.document_on - penalties.settled_on) <= penalties.window_days
    left join {{ ref("int_fee_documents") }} as booked
        on penalties.order_key = booked.order_key
            and penalties.amount = booked.amount
            and penalties.place_of_order = booked.place_of_order
    left join {{ ref("int_penalties") }} as booking
        on documents.order_key = booking.order_key
            and documents.amount = booking.amount
            and documents.place_of_order = booking.place_of_order
    where (documents.order_key is null or penalties.order_key is null)
        and booked.document_id is null
        and booking.settlement_line_key is null

),

reaching as (

    select
        *,
        max(to_on) over (
            partition by platform, amount order by from_on, to_on
            rows between unbounded preceding and 1 preceding
        ) as reached_on
    from pairs

),

runs as (

    select
        *,
        sum(case when from_on <= reached_on then 0 else 1 end) over (
            partition by platform, amount order by from_on, to_on
            rows between unbounded preceding and current row
        ) as run
    from reaching

),

placed as (

    select
        *,
        dense_rank() over (partition by platform, amount, run order by settled_on, settlement_line_key) as line_place,
        dense_rank() over (partition by platform, amount, run order by document_on, document_id) as document_place
    from runs

)

select
    settlement_line_key,
    document_id,
    days_apart,
    document_on < settled_on as is_before,
    places_apart,
    line_place = document_place
    and max(line_place) over (partition by platform, amount, run)
    = max(document_place) over (partition by platform, amount, run) as is_in_turn
from placed

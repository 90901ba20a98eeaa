with

latest as (

    {{ latest_delivery("open__after_sale_events", key=["platform", "after_sale_id"], row_id="event_no") }}

)

select
    platform,
    after_sale_id,
    {{ row_identifier("event_no") }} as event_no,
    {{ to_instant('occurred_at') }} as occurred_at,
    nullif(actor, '') as actor,
    nullif(event, '') as event,
    {{ to_amount('old_amount') }} as old_amount,
    {{ to_amount('new_amount') }} as new_amount,
    delivery_id,
    line_number

from latest

-- Grain: one row per declared source (stream and account) and day on which it was due by as_of, with what arrived.
-- A day is there when a delivery says that it covers it (with rows or without) or brought rows of it.

select
    days.source,
    days.stream,
    days.account_id,
    days.business_on,
    days.expected_by,
    exists (
        select 1
        from {{ ref("int_delivered_days") }} as delivered
        where days.source = delivered.source
            and days.stream = delivered.stream
            and days.business_on = delivered.business_on
            and {{ covers_account("days", "delivered") }}
    ) as has_arrived
from {{ ref("int_scheduled_days") }} as days
where days.expected_by <= {{ as_of() }}

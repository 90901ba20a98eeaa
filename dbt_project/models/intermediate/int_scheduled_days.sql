-- Grain: one row per declared source (stream and account) and business day up to as_of, due by then or not.

with

schedules as (

    select
        source,
        stream,
        account as account_id,
        arrives_after_days,
        {{ days("valid_from", "least(coalesce(valid_to, " ~ as_of() ~ "), " ~ as_of() ~ ")") }} as business_on
    from {{ ref("source_schedules") }}
    where frequency = 'daily'

)

select
    source,
    stream,
    account_id,
    business_on,
    {{ add_days("business_on", "arrives_after_days") }} as expected_by
from schedules

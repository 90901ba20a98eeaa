-- Grain: one row per source, stream, account and business day up to as_of on which something was due, or came or was
-- refused without being due (then without expected_by). A refused file that does not say what it covers has no day.

with

findings as (

    select
        source,
        stream,
        account_id,
        covers_from,
        least(covers_to, {{ as_of() }}) as covers_to
    from {{ ref("stg_landing__findings") }}

),

came as (

    select source, stream, case when not has_rows then account_id end as account_id, business_on
    from {{ ref("int_delivered_days") }}
    union
    select source, stream, account_id, {{ days("covers_from", "covers_to") }} as business_on
    from findings
    union
    select source, stream, account_id, covers_from as business_on
    from findings
    where covers_from is null

)

select
    source,
    stream,
    account_id,
    business_on,
    expected_by
from {{ ref("int_scheduled_days") }}

union all

select
    came.source,
    came.stream,
    came.account_id,
    came.business_on,
    cast(null as date) as expected_by
from came
left join {{ ref("int_scheduled_days") }} as scheduled
    on came.source = scheduled.source
        and came.stream = scheduled.stream
        and came.business_on = scheduled.business_on
        and coalesce(came.account_id, scheduled.account_id, '') = coalesce(scheduled.account_id, came.account_id, '')
where scheduled.source is null

-- Grain: one row per declared source (stream and account) and day on which it was due by as_of, with what arrived.
-- A day is there when a delivery says that it covers it (with rows or without) or brought rows of it.

with recursive

schedules as (

    select
        source,
        stream,
        account,
        valid_from,
        arrives_after_days,
        least(coalesce(valid_to, {{ as_of() }}), {{ as_of() }} - arrives_after_days) as last_day
    from {{ ref("source_schedules") }}
    where frequency = 'daily'

),

days (source, stream, account, day, arrives_after_days, last_day) as (

    select source, stream, account, valid_from, arrives_after_days, last_day
    from schedules
    where valid_from <= last_day

    union all

    select source, stream, account, {{ add_days("day", 1) }}, arrives_after_days, last_day
    from days
    where day < last_day

),

deliveries as (

    select
        deliveries.source,
        deliveries.stream,
        coalesce(deliveries.account_id, wechat.account_id) as account_id,
        -- A file that does not say what it covers is of the day in its name, or of its arrival.
        coalesce(deliveries.covers_from, cast(substring(deliveries.delivered_at, 1, 10) as date)) as covers_from,
        coalesce(deliveries.covers_to, cast(substring(deliveries.delivered_at, 1, 10) as date)) as covers_to
    from {{ ref("stg_landing__deliveries") }} as deliveries
    left join {{ ref("int_wechat_accounts") }} as wechat
        on deliveries.delivery_id = wechat.delivery_id

),

covered as (

    select distinct
        days.source,
        days.stream,
        days.account,
        days.day
    from days
    inner join deliveries
        on days.source = deliveries.source
            and days.stream = deliveries.stream
            and coalesce(days.account, deliveries.account_id, '') = coalesce(deliveries.account_id, days.account, '')
            and days.day between deliveries.covers_from and deliveries.covers_to

)

select
    days.source,
    days.stream,
    days.account as account_id,
    days.day as business_on,
    {{ add_days("days.day", "days.arrives_after_days") }} as expected_by,
    covered.day is not null or exists (
        select 1
        from {{ ref("int_open_days") }} as with_rows
        where days.source = 'open'
            and days.stream = with_rows.stream
            and coalesce(days.account, with_rows.account_id, '') = coalesce(with_rows.account_id, '')
            and days.day = with_rows.day
    ) as has_arrived
from days
left join covered
    on days.source = covered.source
        and days.stream = covered.stream
        and coalesce(days.account, '') = coalesce(covered.account, '')
        and days.day = covered.day

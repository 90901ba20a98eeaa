-- Grain: one row per day from three years before as_of to one year after it: whether banks work on it, and the next day
-- on which they do. Of a year that nothing is published about only the weekends are known.

with

days as (

    select {{ days(add_days(as_of(), -1100), add_days(as_of(), 400)) }} as day

),

published_years as (

    select distinct extract(year from day) as published_year
    from {{ ref("calendar_days") }}

),

described as (

    select
        days.day,
        coalesce(special.is_working_day, not {{ is_weekend("days.day") }}) as is_working_day,
        published_years.published_year is not null as is_published,
        special.name,
        special.name_zh
    from days
    left join {{ ref("calendar_days") }} as special
        on days.day = special.day
    left join published_years
        on extract(year from days.day) = published_years.published_year

)

select
    *,
    coalesce(
        min(case when is_working_day then day end) over (
            order by day rows between current row and unbounded following
        ),
        day
    ) as next_working_on
from described

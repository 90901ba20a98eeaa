-- Grain: one row per exception with its cause: the strongest of those it shares with enough others, else `single`.

with

shared as (

    select
        features.exception_id,
        features.cause,
        features.cause_key,
        features.value,
        causes.priority,
        causes.at_least_count,
        count(*) over (partition by features.cause, features.cause_key) as sharing_count
    from {{ ref("exception_features") }} as features
    inner join {{ ref("causes") }} as causes
        on features.cause = causes.cause

),

strongest as (

    select
        shared.*,
        row_number() over (partition by exception_id order by priority, sharing_count desc, cause_key) as place
    from shared
    where sharing_count >= at_least_count

)

select
    exceptions.exception_id,
    coalesce(strongest.cause, 'single') as cause,
    md5(coalesce(strongest.cause || '|' || strongest.cause_key, 'single|' || exceptions.code)) as cause_id,
    strongest.value
from {{ ref("exceptions") }} as exceptions
left join strongest
    on exceptions.exception_id = strongest.exception_id
        and strongest.place = 1

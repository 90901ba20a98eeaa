-- Grain: one row per age bucket, leg and currency of open exceptions: how long money has not agreed.

with

aged as (

    select
        *,
        greatest({{ as_of() }} - opened_on, 0) as age_days
    from {{ ref("exceptions") }}

)

select
    buckets.bucket,
    buckets.bucket_zh,
    buckets.from_days,
    aged.leg,
    aged.currency,
    count(*) as item_count,
    cast(sum(aged.difference_amount) as numeric(18, 2)) as difference_amount,
    cast(sum(abs(aged.difference_amount)) as numeric(18, 2)) as absolute_amount,
    min(aged.severity) as worst_severity,
    max(aged.age_days) as oldest_days
from aged
inner join {{ ref("age_buckets") }} as buckets
    on aged.age_days >= buckets.from_days
        and aged.age_days <= coalesce(buckets.to_days, aged.age_days)
group by buckets.bucket, buckets.bucket_zh, buckets.from_days, aged.leg, aged.currency

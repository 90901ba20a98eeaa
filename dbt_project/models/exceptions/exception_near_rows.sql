-- Grain: one row per source row that only one side knows and row of the other side of about the same amount and days. Of
-- a day and bucket of amounts at most five are looked at, those that are matched last, so that no search is quadratic.

{{ config(materialized="view") }}

with

-- An amount near to another one lies in its bucket or beside it.
items as (

    select
        one_sided.*,
        {{ amount_bucket("amount") }} + shift as bucket
    from {{ ref("exception_one_sided_rows") }} as one_sided
    cross join (select -1 as shift union all select 0 union all select 1) as shifts

),

buckets as (

    select distinct leg, other_side, currency, bucket from items

),

-- Most rows are matched: of these only the days within an item's window are looked at.
bucket_days as (

    select distinct
        leg, other_side, currency, bucket,
        {{ days("business_on - window_days", "business_on + window_days") }} as looked_on
    from items

),

near as (

    {% for state, sought, day in [
        ("not in ('matched', 'excluded')", "buckets", "true"),
        ("= 'matched'", "bucket_days", "others.business_on = sought.looked_on"),
    ] -%}
    select others.*, sought.bucket
    from {{ ref("fct_reconciliation") }} as others
    inner join {{ sought }} as sought
        on others.leg = sought.leg
            and others.side = sought.other_side
            and others.currency = sought.currency
            and {{ amount_bucket("others.amount") }} = sought.bucket
            and {{ day }}
    where others.state {{ state }}
    {{ "union all" if not loop.last }}
    {% endfor %}

),

pool as (

    select
        *,
        row_number() over (
            partition by leg, side, currency, bucket, business_on
            order by case when state = 'matched' then 1 else 0 end, entity_id, source_row
        ) as place
    from near

)

select
    items.exception_id,
    {% for column in [
        "leg", "entity_type", "entity_id", "reference", "channel", "account_id", "business_on", "currency", "amount",
        "source_row"
    ] -%}
    pool.{{ column }},
    {% endfor -%}
    pool.state = 'matched' as is_taken,
    -- Both are of one sign, so that more is more for what goes out, too.
    cast(abs(pool.amount) - abs(items.amount) as numeric(18, 2)) as amount_gap,
    abs(pool.business_on - items.business_on) as days_apart,
    greatest(abs(pool.business_on - items.business_on) - items.window_days, 0) as days_late,
    pool.reference is null as has_no_reference,
    coalesce(pool.reference <> items.reference, false) as has_other_reference,
    coalesce(pool.channel <> items.channel, false) as has_other_channel
from items
inner join pool
    on items.leg = pool.leg
        and items.other_side = pool.side
        and items.currency = pool.currency
        and items.bucket = pool.bucket
where pool.place <= 5
    and abs(items.amount - pool.amount) <= greatest(1, abs(items.amount) * 0.01)
    and abs(items.business_on - pool.business_on) <= case when pool.state = 'matched' then items.window_days else 15 end

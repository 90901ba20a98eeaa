{#
    CTEs for the search of what is near to the items that only one side of their leg knows: `items` are their rows,
    `near` the other side's rows of about the same amount (at most five of a day and bucket, those that are matched last)
    with the item each is near to. A bucket is about one per cent of the amount; it narrows the search, no more.
#}
{% macro one_sided_items() %}
bucketed as (

    select
        rows_of_legs.*,
        case
            when abs(amount) < 100 then cast(floor(abs(amount)) as integer)
            else 100 + cast(floor(ln(cast(abs(amount) as double precision) / 100) * 100) as integer)
        end as bucket
    from {{ ref("fct_reconciliation") }} as rows_of_legs
    where state <> 'excluded'

),

sided as (

    select exception_id
    from bucketed
    where exception_id is not null
    group by exception_id
    having min(side) = max(side)
        and min(leg) = max(leg)

),

items as (

    select
        bucketed.*,
        case when bucketed.side = 'ours' then 'theirs' else 'ours' end as other_side,
        coalesce((
            select min(windows.days)
            from {{ ref("windows") }} as windows
            inner join {{ ref("legs") }} as legs
                on windows.rule = legs.window_rule
            where legs.leg = bucketed.leg
                and windows.channel is null
        ), 0) as window_days
    from bucketed
    inner join sided
        on bucketed.exception_id = sided.exception_id

),

items_near as (

    select items.*, bucket + shift as near_bucket
    from items
    cross join (select -1 as shift union all select 0 union all select 1) as shifts

),

buckets as (

    select distinct leg, other_side, currency, near_bucket from items_near

),

pool as (

    select
        bucketed.*,
        row_number() over (
            partition by bucketed.leg, bucketed.side, bucketed.currency, bucketed.bucket, bucketed.business_on
            order by case when bucketed.state = 'matched' then 1 else 0 end, bucketed.entity_id, bucketed.source_row
        ) as place
    from bucketed
    inner join buckets
        on bucketed.leg = buckets.leg
            and bucketed.side = buckets.other_side
            and bucketed.currency = buckets.currency
            and bucketed.bucket = buckets.near_bucket

),

near as (

    select
        items_near.exception_id as item_id,
        items_near.amount as item_amount,
        items_near.business_on as item_on,
        items_near.reference as item_reference,
        items_near.channel as item_channel,
        items_near.window_days,
        pool.*
    from items_near
    inner join pool
        on items_near.leg = pool.leg
            and items_near.other_side = pool.side
            and items_near.currency = pool.currency
            and items_near.near_bucket = pool.bucket
    where pool.place <= 5
        and abs(items_near.amount - pool.amount) <= greatest(1, abs(items_near.amount) * 0.01)
        and abs(items_near.business_on - pool.business_on)
            <= case when pool.state = 'matched' then items_near.window_days else 15 end

)
{% endmacro %}

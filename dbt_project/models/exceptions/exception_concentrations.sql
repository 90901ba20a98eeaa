-- Grain: one row per exception and concentration that it lies in: a day on which an account has far more of its code than
-- on others (a page of a file is missing), or a shop or account of which hardly anything agrees since a day.

{# What a channel has and nobody can place has no shop: its rows are judged by the account that they all share. #}
{% set place -%}
leg || '|' || side || '|' || case
    when side = 'theirs' and channel is not null then channel || '||' || coalesce(account_id, '')
    else coalesce(platform, channel, '') || '|' || coalesce(shop_id, '') || '|' || coalesce(account_id, '')
end
{%- endset %}

with

-- Counted before places are put together: there are many rows and few places.
rows_by_day as (

    select {{ place }} as place, business_on, sum(row_count) as row_count
    from (
        select leg, side, platform, channel, shop_id, account_id, business_on, count(*) as row_count
        from {{ ref("fct_reconciliation") }}
        where state <> 'excluded'
        group by leg, side, platform, channel, shop_id, account_id, business_on
    ) as counted
    group by {{ place }}, business_on

),

-- An exception stands at its first row.
items as (

    select exception_id, reason as code, min({{ place }}) as place, min(business_on) as business_on
    from {{ ref("fct_reconciliation") }}
    where state = 'exception'
    group by exception_id, reason

),

items_by_day as (

    select
        counted.*,
        rows_by_day.row_count,
        sum(counted.item_count) over (partition by counted.place, counted.code) - counted.item_count as other_item_count,
        sum(totals.row_count) over (partition by counted.place, counted.code, counted.business_on)
            - rows_by_day.row_count as other_row_count,
        min(counted.business_on) over (partition by counted.place, counted.code) as first_on
    from (
        select place, code, business_on, count(*) as item_count
        from items
        group by place, code, business_on
    ) as counted
    inner join rows_by_day
        on counted.place = rows_by_day.place
            and counted.business_on = rows_by_day.business_on
    inner join (select place, sum(row_count) as row_count from rows_by_day group by place) as totals
        on counted.place = totals.place

),

-- A tenth of the day's rows at least, and ten times what is usual on other days.
days as (

    select place, code, business_on
    from items_by_day
    where item_count * 10 >= row_count
        and item_count * other_row_count >= 10 * other_item_count * row_count

),

stops as (

    select
        counted.place,
        counted.code,
        counted.first_on
    from (
        select place, code, first_on, sum(item_count) as item_count
        from items_by_day
        group by place, code, first_on
    ) as counted
    inner join rows_by_day
        on counted.place = rows_by_day.place
            and rows_by_day.business_on >= counted.first_on
    group by counted.place, counted.code, counted.first_on, counted.item_count
    having counted.item_count * 10 >= sum(rows_by_day.row_count) * 8
        and count(*) > 1

)

select items.exception_id, 'day' as cause, items.code || '|' || items.place || '|' || cast(items.business_on as text) as cause_key
from items
inner join days on items.place = days.place and items.code = days.code and items.business_on = days.business_on
union all
select items.exception_id, 'stopped', items.code || '|' || items.place
from items
inner join stops on items.place = stops.place and items.code = stops.code

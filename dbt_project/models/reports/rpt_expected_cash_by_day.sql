-- Grain: one row per day from as_of on, currency, place (bank or wallet), platform, channel and account for which money is
-- expected: what should come in and go out. What is overdue stands at as_of and counts from there on.

with

items as (

    select
        *,
        case when kind in ('payment', 'refund_outflow') then 'wallet' else 'bank' end as place
    from {{ ref("fct_expected_arrivals") }}
    where status <> 'arrived'
        and kind <> 'return_in'
        and cash_on is not null

),

places as (

    select distinct currency, place, platform, channel, account_id from items

),

days as (

    select {{ days(as_of(), add_days(as_of(), window("CASH_FORECAST", "null", as_of()))) }} as day

),

daily as (

    select
        days.day,
        places.currency,
        places.place,
        places.platform,
        places.channel,
        places.account_id,
        {% for name, condition in {
            "in": "items.amount > 0 and items.status = 'pending'",
            "out": "items.amount < 0 and items.status = 'pending'",
            "overdue": "items.status = 'overdue'",
        }.items() -%}
        cast(coalesce(sum(case when {{ condition }} then items.amount end), 0) as numeric(18, 2)) as {{ name }}_amount,
        {% endfor -%}
        count(items.arrival_id) as item_count
    from days
    cross join places
    left join items
        on days.day = items.cash_on
            and places.currency = items.currency
            and places.place = items.place
            and coalesce(places.platform, '') = coalesce(items.platform, '')
            and coalesce(places.channel, '') = coalesce(items.channel, '')
            and coalesce(places.account_id, '') = coalesce(items.account_id, '')
    group by days.day, places.currency, places.place, places.platform, places.channel, places.account_id

)

select
    *,
    cast(in_amount + out_amount as numeric(18, 2)) as net_amount,
    cast(sum(in_amount + out_amount + overdue_amount) over (
        partition by currency, place, platform, channel, account_id order by day
    ) as numeric(18, 2)) as cumulative_amount
from daily

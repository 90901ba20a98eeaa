-- Grain: one row per delivery, account, business day up to as_of that it covers, and how it is known: by its own word,
-- else the day in its name or of its arrival; of the open format then also the days of its rows (has_rows).

with

deliveries as (

    select
        deliveries.delivery_id,
        deliveries.source,
        deliveries.stream,
        coalesce(deliveries.account_id, wechat.account_id) as account_id,
        {{ to_instant("deliveries.delivered_at") }} as delivered_at,
        deliveries.covers_from,
        deliveries.covers_to,
        deliveries.row_count,
        deliveries.rejected_count,
        deliveries.has_totals
    from {{ ref("stg_landing__deliveries") }} as deliveries
    left join {{ ref("int_wechat_accounts") }} as wechat
        on deliveries.delivery_id = wechat.delivery_id

),

stated as (

    select
        delivery_id,
        account_id,
        {{ days(
            "coalesce(covers_from, " ~ business_date("delivered_at") ~ ")",
            "least(coalesce(covers_to, " ~ business_date("delivered_at") ~ "), " ~ as_of() ~ ")"
        ) }} as business_on,
        false as has_rows
    from deliveries

),

days as (

    select delivery_id, account_id, business_on, has_rows from stated
    union all
    select delivery_id, account_id, business_on, true as has_rows from {{ ref("int_open_days") }}

)

select
    days.delivery_id,
    deliveries.source,
    deliveries.stream,
    days.account_id,
    days.business_on,
    days.has_rows,
    deliveries.delivered_at,
    deliveries.row_count,
    deliveries.rejected_count,
    deliveries.has_totals
from days
inner join deliveries
    on days.delivery_id = deliveries.delivery_id
where days.business_on <= {{ as_of() }}

-- Grain: one row per platform, reason of the claim and currency; orders have no reason, so the rates are of the
-- platform's orders.

with

figures as (

    {{ after_sales_rates(["platform", "reason"], orders="none") }}

),

platforms as (

    select
        platform,
        currency,
        sum(order_count) as order_count,
        cast(sum(paid_amount) as numeric(18, 2)) as paid_amount
    from {{ ref("fct_after_sales_activity") }}
    where activity = 'order'
    group by platform, currency

)

select
    figures.platform,
    figures.reason,
    figures.currency,
    platforms.order_count as platform_order_count,
    figures.case_count,
    cast({{ divided("figures.case_count", "platforms.order_count") }} as numeric(18, 4)) as after_sales_rate,
    platforms.paid_amount as platform_paid_amount,
    figures.refund_count,
    figures.refunded_amount,
    cast({{ divided("figures.refunded_amount", "platforms.paid_amount") }} as numeric(18, 4)) as refund_rate,
    figures.returned_quantity,
    figures.returned_amount,
    figures.mean_refund_days,
    figures.median_refund_days,
    figures.ticket_count,
    figures.exception_count
from figures
left join platforms
    on coalesce(figures.platform, '') = coalesce(platforms.platform, '')
        and figures.currency = platforms.currency

-- Returns the reports on after-sales whose orders, cases, refunds or tickets are not those of the sources, by currency.

with

{% set reports = {
    "platform": "order_count", "shop": "order_count", "day": "order_count", "product": "null", "reason": "null"
} %}

sources as (

    select currency, 'orders' as measure, count(*) as value from {{ ref("int_orders") }} where is_paid group by currency
    union all
    select currency, 'paid', sum(cast(owed_amount as numeric(18, 2))) from {{ ref("int_orders") }} where is_paid group by currency
    union all
    select currency, 'cases', count(*) from {{ ref("fct_after_sales") }} group by currency
    union all
    select coalesce(orders.currency, 'CNY'), 'refunded', sum(cast(refunds.amount as numeric(18, 2)))
    from {{ ref("int_refunds") }} as refunds
    left join {{ ref("int_orders") }} as orders
        on refunds.order_key = orders.order_key
    group by coalesce(orders.currency, 'CNY')
    union all
    select coalesce(currency, 'CNY'), 'tickets', count(*) from {{ ref("int_tickets_of_orders") }} group by coalesce(currency, 'CNY')

),

reported as (

    {% for report, orders in reports.items() -%}
    {% for measure, column in {
        "orders": orders, "paid": "null" if orders == "null" else "paid_amount", "cases": "case_count",
        "refunded": "refunded_amount", "tickets": "ticket_count",
    }.items() if column != "null" -%}
    select '{{ report }}' as report, currency, '{{ measure }}' as measure, sum({{ column }}) as value
    from {{ ref("rpt_after_sales_by_" ~ report) }}
    group by currency
    {{ "union all" if not loop.last }}
    {% endfor -%}
    {{ "union all" if not loop.last }}
    {% endfor %}

)

select
    reported.report,
    reported.measure,
    reported.currency,
    reported.value as reported,
    sources.value as source
from reported
left join sources
    on reported.measure = sources.measure
        and reported.currency = sources.currency
where reported.value <> coalesce(sources.value, 0)

-- Grain: one row per paid order, sku of a paid order, after-sale case, platform refund and service ticket, each with what
-- it adds to the after-sales figures: the one base of the reports by platform, shop, product, reason and day.

{% set measures = [
    ("order_count", "0"), ("case_count", "0"), ("refund_count", "0"), ("ticket_count", "0"), ("exception_count", "0"),
    ("returned_quantity", "0"), ("refund_days", "null"), ("paid_amount", "0"), ("refunded_amount", "0"),
    ("returned_amount", "0"),
] %}
{% set types = {"refund_days": "integer", "returned_quantity": "numeric(18, 2)"} %}

with

orders as (

    select * from {{ ref("int_orders") }}
    where is_paid

),

lines as (

    select
        orders.order_key,
        orders.platform,
        orders.shop_id,
        orders.paid_on,
        orders.currency,
        lines.sku,
        sum(lines.amount) as paid_amount
    from {{ ref("int_order_lines") }} as lines
    inner join orders
        on lines.platform = orders.platform
            and lines.order_id = orders.order_id
    group by orders.order_key, orders.platform, orders.shop_id, orders.paid_on, orders.currency, lines.sku

),

cases as (

    select
        *,
        case when state = 'exception' then 1 else 0 end as is_exception
    from {{ ref("fct_after_sales") }}

),

refunds as (

    select
        refunds.*,
        orders.shop_id,
        orders.currency,
        cases.sku,
        cases.reason,
        refunds.refunded_on - cases.applied_on as refund_days
    from {{ ref("int_refunds") }} as refunds
    left join {{ ref("int_refunds_of_cases") }} as named
        on refunds.refund_key = named.refund_key
    left join cases
        on named.case_key = cases.after_sale_key
    left join {{ ref("int_orders") }} as orders
        on refunds.order_key = orders.order_key

),

tickets as (

    select * from {{ ref("int_tickets_of_orders") }}

)

{% for activity, relation, given in [
    ("order", "orders", {"key": "order_key", "day": "coalesce(paid_on, ordered_on)", "order_count": "1",
        "paid_amount": "owed_amount"}),
    ("sold", "lines", {"key": "order_key || '|' || coalesce(sku, '')", "sku": "sku", "day": "paid_on",
        "order_count": "1", "paid_amount": "paid_amount"}),
    ("case", "cases", {"key": "after_sale_key", "sku": "sku", "reason": "reason", "day": "applied_on",
        "case_count": "1", "exception_count": "is_exception", "returned_quantity": "received_quantity",
        "returned_amount": "received_amount"}),
    ("refund", "refunds", {"key": "refund_key", "sku": "sku", "reason": "reason", "day": "refunded_on",
        "refund_count": "1", "refunded_amount": "amount", "refund_days": "refund_days"}),
    ("ticket", "tickets", {"key": "ticket_id", "sku": "sku", "reason": "reason", "day": "opened_on",
        "ticket_count": "1"}),
] -%}
select
    '{{ activity }}' as activity,
    {{ given.key }} as activity_key,
    platform,
    shop_id,
    cast({{ given.get("sku", "null") }} as text) as sku,
    cast({{ given.get("reason", "null") }} as text) as reason,
    {{ given.day }} as business_on,
    coalesce(currency, 'CNY') as currency,
    {% for measure, otherwise in measures -%}
    cast({{ given.get(measure, otherwise) }} as {{ types.get(measure, "numeric(18, 2)" if "amount" in measure else "integer") }})
        as {{ measure }}{{ "," if not loop.last }}
    {% endfor -%}
from {{ relation }}
{{ "union all" if not loop.last }}
{% endfor %}

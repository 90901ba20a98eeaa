{#
    After-sales figures by group: how many, how often, how much money and goods, how fast, how loud. `orders` says what
    counts as an order: `order`, or `sold` (an order and one of its skus) where the group is a product.
#}
{% macro after_sales_rates(group, orders="order") -%}
select
    {{ group | join(",\n    ") }},
    currency,
    sum(order_count) as order_count,
    sum(case_count) as case_count,
    cast({{ divided("sum(case_count)", "sum(order_count)") }} as numeric(18, 4)) as after_sales_rate,
    cast(sum(paid_amount) as numeric(18, 2)) as paid_amount,
    sum(refund_count) as refund_count,
    cast(sum(refunded_amount) as numeric(18, 2)) as refunded_amount,
    cast({{ divided("sum(refunded_amount)", "sum(paid_amount)") }} as numeric(18, 4)) as refund_rate,
    cast(sum(returned_quantity) as numeric(18, 2)) as returned_quantity,
    cast(sum(returned_amount) as numeric(18, 2)) as returned_amount,
    cast({{ mean("refund_days") }} as numeric(18, 2)) as mean_refund_days,
    {{ median("refund_days") }} as median_refund_days,
    sum(ticket_count) as ticket_count,
    cast({{ divided("sum(ticket_count)", "sum(order_count)") }} as numeric(18, 4)) as complaint_rate,
    sum(exception_count) as exception_count
from {{ ref("fct_after_sales_activity") }}
where activity in ('{{ orders }}', 'case', 'refund', 'ticket')
group by {{ group | join(", ") }}, currency
{%- endmacro %}

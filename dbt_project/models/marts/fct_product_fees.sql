-- Grain: one row per fee and product of what it was charged for, with the product's part of it: by what the order's lines
-- (of all orders that were paid together, for a channel's fee) were sold for. A fee of no order, or of one without
-- lines, stands in one row without a product.

{{ config(meta={"partition_by": "order"}) }}

with

fees as (

    select
        fees.*,
        case fees.charged_by when 'channel' then 'payable|' || orders.payable_id else 'order|' || fees.order_key end as sold_key
    from {{ ref("fct_fees") }} as fees
    left join {{ ref("int_orders") }} as orders
        on fees.order_key = orders.order_key

),

lines as (

    select
        orders.order_key,
        orders.payable_id,
        nullif(lines.sku, '') as sku,
        lines.amount
    from {{ ref("int_order_lines") }} as lines
    inner join {{ ref("int_orders") }} as orders
        on lines.platform = orders.platform
            and lines.order_id = orders.order_id

),

sold as (

    {% for key in ["order", "payable"] -%}
    select '{{ key }}|' || {{ "order_key" if key == "order" else "payable_id" }} as sold_key, sku, sum(amount) as amount
    from lines
    group by 1, 2
    {{ "union all" if not loop.last }}
    {% endfor %}

),

parts as (

    select
        sold_key,
        sku,
        coalesce({{ divided("amount", "sum(amount) over (partition by sold_key)") }}, 0) as part,
        row_number() over (partition by sold_key order by sku) as place
    from sold

),

placed as (

    select
        fees.*,
        parts.sku,
        coalesce(parts.part, 1) as part,
        coalesce(parts.place, 1) as place
    from fees
    left join parts
        on fees.sold_key = parts.sold_key

)

select
    fee_key,
    coalesce(sku, '') as product_key,
    sku,
    {% for column in [
        "charged_by", "platform", "channel", "shop_id", "order_key", "component", "type", "currency", "charged_on"
    ] -%}
    {{ column }},
    {% endfor -%}
    {% for column in ["charged_amount", "expected_amount", "base_amount"] -%}
    cast({{ allotted(column, "fee_key") }} as numeric(18, 2)) as {{ column }},
    {% endfor -%}
    is_in_rate_book
from placed

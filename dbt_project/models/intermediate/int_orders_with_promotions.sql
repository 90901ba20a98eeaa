-- Grain: one row per order with the totals of its lines, of its promotions and of the subsidies settled for it.

{{ config(meta={"partition_by": "order"}) }}

with

lines as (

    select
        platform,
        order_id,
        count(*) as line_count,
        sum(amount) as line_amount
    from {{ ref("int_order_lines") }}
    group by platform, order_id

),

promotions as (

    select
        platform,
        order_id,
        count(*) as promotion_count,
        sum(case when type in ('cashback', 'subsidy') then 0 else amount end) as reduction_amount,
        sum(case when type = 'subsidy' then amount else 0 end) as subsidy_row_amount,
        sum(case when type = 'cashback' then amount else 0 end) as cashback_row_amount,
        max(case when type = 'cashback' and bearer <> 'merchant' then bearer end) as cashback_bearer,
        sum(case when type = 'full_reduction' then amount else 0 end) as full_reduction_amount,
        sum(case when type = 'coupon' and coupon_kind = 'exclusive' then amount else 0 end) as exclusive_amount,
        {% for bearer in ["platform", "influencer", "government"] -%}
        sum(case when bearer = '{{ bearer }}' and type not in ('cashback', 'subsidy') then amount else 0 end)
            as {{ bearer }}_amount,
        sum(case when bearer = '{{ bearer }}' and type = 'subsidy' then amount else 0 end) as {{ bearer }}_row_amount
        {{- "," if not loop.last }}
        {% endfor %}
    from {{ ref("int_order_promotions") }}
    group by platform, order_id

),

bills as (

    select
        platform,
        order_id,
        sum(case when amount > 0 then amount else 0 end) as billed_amount,
        -- A doubled line is a matter of the settlement: one right line is right.
        max(amount) as billed_line_amount,
        sum(amount) as billed_net_amount
    from {{ ref("int_settlement_lines") }}
    where type = 'subsidy'
    group by platform, order_id

),

refunds as (

    select distinct order_key from {{ ref("int_refunds") }}

)

select
    {% for column in [
        "order_key", "payable_id", "platform", "shop_id", "order_id", "currency", "ordered_on", "is_paid", "list_amount",
        "freight_amount", "discount_amount", "buyer_paid_amount", "subsidy_amount", "cashback_amount", "source_row"
    ] -%}
    orders.{{ column }},
    {% endfor -%}
    coalesce(orders.shop_id, '') as shop_key,
    coalesce(orders.discount_amount, 0) as taken_off_amount,
    coalesce(orders.freight_amount, 0) as carriage_amount,
    coalesce(lines.line_count, 0) as line_count,
    lines.line_amount,
    {% for column in [
        "promotion_count", "reduction_amount", "subsidy_row_amount", "cashback_row_amount", "full_reduction_amount",
        "exclusive_amount", "platform_amount", "influencer_amount", "government_amount", "platform_row_amount",
        "influencer_row_amount", "government_row_amount"
    ] -%}
    coalesce(promotions.{{ column }}, 0) as {{ column }},
    {% endfor -%}
    promotions.cashback_bearer,
    coalesce(bills.billed_amount, 0) as billed_amount,
    coalesce(bills.billed_line_amount, 0) as billed_line_amount,
    coalesce(bills.billed_net_amount, 0) as billed_net_amount,
    refunds.order_key is not null as has_refunds,
    -- What the platform is said to give: by the order, else by its settlement.
    coalesce(orders.subsidy_amount, bills.billed_amount) as stated_subsidy_amount
from {{ ref("int_orders") }} as orders
left join lines
    on orders.platform = lines.platform
        and orders.order_id = lines.order_id
left join promotions
    on orders.platform = promotions.platform
        and orders.order_id = promotions.order_id
left join bills
    on orders.platform = bills.platform
        and orders.order_id = bills.order_id
left join refunds
    on orders.order_key = refunds.order_key

-- Grain: one row per refund as an event that needs a sale-return document if the goods had left before it.

with

cases as (

    select
        platform || '|' || after_sale_id as after_sale_key,
        max(type) as type
    from {{ ref("int_after_sales") }}
    group by platform, after_sale_id

),

refunds as (

    select
        refunds.*,
        cases.type as case_type,
        orders.order_key is not null as has_order,
        orders.shop_id as order_shop_id,
        coalesce(orders.currency, 'CNY') as order_currency,
        orders.shipping,
        orders.is_paid,
        orders.completed_on,
        coalesce(orders.shipped_on, orders.completed_on) as shipped_on,
        orders.buyer_paid_amount,
        coalesce(orders.subsidy_amount, 0) as order_subsidy_amount,
        coalesce(orders.freight_amount, 0) as order_freight_amount
    from {{ ref("int_refund_claims") }} as refunds
    left join {{ ref("int_orders_shipped") }} as orders
        on refunds.order_key = orders.order_key
    left join cases
        on refunds.after_sale_key = cases.after_sale_key

),

reasoned as (

    select
        *,
        case
            when not has_order then 'order_unknown'
            -- Compensation and price differences are paid out without goods coming off the sale.
            when case_type not in ('refund_only', 'return_refund') then 'not_a_return'
            when shipping = 'lost' then 'parcel_lost'
            when shipping in ('undated', 'unknown') then 'ship_date_unknown'
            when shipping = 'not_shipped' then 'not_shipped'
            when refunded_on <= shipped_on then 'before_shipping'
        end as optional_reason
    from refunds

)

select
    'sale_return|' || refund_key as event_key,
    'sale_return' as event_type,
    order_key,
    platform,
    order_shop_id as shop_id,
    order_id,
    after_sale_id,
    refund_id,
    cast(null as varchar) as payout_id,
    cast(null as varchar) as batch_id,
    order_currency as currency,
    -- One document may stand for a case that was refunded in parts.
    coalesce(after_sale_key, refund_key) as group_key,
    shipping,
    is_paid,
    refunded_on as event_on,
    completed_on,
    optional_reason is null as is_required,
    optional_reason,
    amount as base_amount,
    case when buyer_paid_amount > 0
        then round({{ divided("order_subsidy_amount * amount", "buyer_paid_amount") }}, 2) else 0
    end as subsidy_amount,
    -- What a refund gives back of the freight is what exceeds the goods.
    coalesce(greatest(amount - (buyer_paid_amount - order_freight_amount), 0), 0) as freight_amount,
    cast(0 as numeric(18, 2)) as others_discount_amount,
    amount as list_amount,
    -- The case's approved amount, where the platform recorded another one.
    expected_amount - amount as allowance_amount,
    source_row
from reasoned

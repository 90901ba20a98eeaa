-- Grain: one row per order as an event that needs a sale document once it is shipped, with what such a document may say.

{{ config(meta={"partition_by": "order"}) }}

with

refunds_before as (

    select
        shipped.order_key,
        sum(refunds.amount) as amount
    from {{ ref("int_refunds") }} as refunds
    inner join {{ ref("int_orders_shipped") }} as shipped
        on refunds.order_key = shipped.order_key
    where refunds.refunded_on <= coalesce(shipped.shipped_on, shipped.completed_on)
    group by shipped.order_key

),

borne_by_others as (

    select
        platform || '|' || order_id as order_key,
        sum(amount) as amount
    from {{ ref("int_order_promotions") }}
    where type not in ('cashback', 'subsidy')
        and bearer <> 'merchant'
    group by platform, order_id

)

select
    'sale|' || orders.order_key as event_key,
    'sale' as event_type,
    orders.order_key,
    orders.platform,
    orders.shop_id,
    orders.order_id,
    cast(null as varchar) as after_sale_id,
    cast(null as varchar) as refund_id,
    cast(null as varchar) as payout_id,
    cast(null as varchar) as batch_id,
    orders.currency,
    -- One document may stand for orders that were paid together.
    orders.payable_id as group_key,
    orders.shipping,
    orders.is_paid,
    coalesce(orders.shipped_on, orders.completed_on) as event_on,
    orders.completed_on,
    orders.shipping = 'shipped' as is_required,
    case orders.shipping
        when 'not_shipped' then 'not_shipped'
        when 'lost' then 'parcel_lost'
        when 'shipped' then null
        else 'ship_date_unknown'
    end as optional_reason,
    orders.buyer_paid_amount as base_amount,
    coalesce(orders.subsidy_amount, 0) as subsidy_amount,
    coalesce(orders.freight_amount, 0) as freight_amount,
    coalesce(borne_by_others.amount, 0) as others_discount_amount,
    coalesce(orders.list_amount, orders.buyer_paid_amount) as list_amount,
    -- What was given back before the goods left need not be in the document.
    -coalesce(refunds_before.amount, 0) as allowance_amount,
    orders.source_row
from {{ ref("int_orders_shipped") }} as orders
left join refunds_before
    on orders.order_key = refunds_before.order_key
left join borne_by_others
    on orders.order_key = borne_by_others.order_key

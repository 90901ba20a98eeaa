-- Grain: one row per refund of an order whose accounting period was closed before the refund, with where its return was
-- booked. It may be booked until its month ends; the seed accounting_periods says which periods are closed.

with

periods as (

    select * from {{ ref("accounting_periods") }}

),

documents as (

    select
        platform,
        order_id,
        min(case when type = 'sale' then document_on end) as sold_on
    from {{ ref("int_erp_documents") }}
    where order_id is not null
    group by platform, order_id

),

shipped as (

    select
        order_key,
        min(moved_on) as shipped_on
    from {{ ref("int_goods_movements") }}
    where type = 'sale_out'
    group by order_key

),

-- An order belongs to the period of its revenue: its sale's document, else its shipment, else its payment.
refunds as (

    select
        refunds.*,
        orders.shop_id,
        orders.currency,
        coalesce(documents.sold_on, shipped.shipped_on, orders.paid_on, orders.ordered_on) as sold_on
    from {{ ref("int_refunds") }} as refunds
    inner join {{ ref("int_orders") }} as orders
        on refunds.order_key = orders.order_key
    left join documents
        on orders.platform = documents.platform
            and orders.order_id = documents.order_id
    left join shipped
        on orders.order_key = shipped.order_key

),

returns as (

    select
        documents.platform,
        documents.refund_id,
        min(documents.document_id) as document_id,
        max(documents.document_on) as document_on,
        max(coalesce(periods.closed_on, {{ add_days(as_of(), 1) }})) as open_until
    from {{ ref("int_erp_documents") }} as documents
    left join periods
        on documents.document_on between periods.period_from and periods.period_to
    where documents.type = 'sale_return'
        and documents.refund_id is not null
    group by documents.platform, documents.refund_id

)

select
    refunds.refund_key,
    refunds.refund_id,
    refunds.platform,
    refunds.shop_id,
    refunds.order_id,
    refunds.after_sale_id,
    refunds.currency,
    refunds.amount,
    refunds.refunded_on,
    refunds.sold_on,
    periods.closed_on,
    returns.document_id,
    returns.document_on,
    refunds.source_row,
    {{ month_end("refunds.refunded_on") }} as arrival_due_on,
    -- A document that lies in a period which was open when the refund was made is right, whenever that one is closed.
    case when not coalesce(returns.open_until > refunds.refunded_on, false) then 'RF14' end as code
from refunds
inner join periods
    on refunds.sold_on between periods.period_from and periods.period_to
        and periods.closed_on <= refunds.refunded_on
left join returns
    on refunds.refund_id = returns.refund_id
        and refunds.platform = coalesce(returns.platform, refunds.platform)

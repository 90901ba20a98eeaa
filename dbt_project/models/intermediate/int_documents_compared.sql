-- Grain: one row per event, and per number of no event that documents name, with how far documents and event lie apart,
-- and the day by which a missing document is due.

with

events as (

    select
        *,
        is_required or document_count > 0 as is_counted,
        coalesce(group_key, event_key) as agreeing_key,
        -- Without a convention the later step counts: nobody is accused of booking at the earlier one.
        case recognition when 'completed' then completed_on when 'unknown' then greatest(event_on, completed_on) else event_on end
            as recognised_on
    from {{ ref("int_events_with_documents") }}

),

grouped as (

    select
        *,
        document_amount - expected_amount as gap_amount,
        sum(case when is_counted then 1 else 0 end) over together as counted_count,
        sum(document_count) over together as group_document_count,
        sum(case when is_counted then document_amount - expected_amount else 0 end) over together as group_gap_amount
    from events
    window together as (partition by event_type, agreeing_key)

),

-- What an order's goods are booked out with: nothing comes back of a sale that was never booked.
sales as (

    select
        order_key,
        sum(group_document_count) as sale_document_count
    from grouped
    where event_type = 'sale'
    group by order_key

),

returned as (

    select
        order_key,
        sum(document_amount) as returned_amount
    from events
    where event_type = 'sale_return'
    group by order_key

),

first_orders as (

    select
        platform,
        min(ordered_on) as first_ordered_on
    from {{ ref("int_orders") }}
    group by platform

)

select
    grouped.*,
    coalesce(sales.sale_document_count, 0) as sale_document_count,
    coalesce(returned.returned_amount, 0) as returned_amount,
    -- Windows are looked up where they decide only.
    case when not has_event then {{ add_days(
        "first_orders.first_ordered_on", window("DOCUMENT_LOOKBACK", "grouped.platform", "grouped.first_document_on")
    ) }} end as known_orders_from,
    case when gap_amount = 0 then cast(0 as numeric(18, 2)) else
        {{ tolerance("books", "grouped.platform", "grouped.currency", "grouped.event_on") }}
    end as tolerance_amount,
    case when document_count = 0 then {{ add_days(
        "recognised_on",
        "case event_type"
        ~ " when 'sale' then " ~ window("REVENUE_DOCUMENT", "grouped.platform", "grouped.event_on")
        ~ " when 'sale_return' then " ~ window("RETURN_DOCUMENT", "grouped.platform", "grouped.event_on")
        ~ " else " ~ window("RECEIPT_DOCUMENT", "grouped.platform", "grouped.event_on") ~ " end"
    ) }} end as document_due_on,
    case when document_count > 0 and coalesce(shipping, 'not_shipped') = 'not_shipped' then {{ add_days(
        "first_document_on", window("REVENUE_DOCUMENT", "grouped.platform", "grouped.first_document_on")
    ) }} end as shipping_due_on
from grouped
left join sales
    on grouped.order_key = sales.order_key
left join returned
    on grouped.order_key = returned.order_key
left join first_orders
    on grouped.platform = first_orders.platform

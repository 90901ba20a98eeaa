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

-- Summed up beside the events: a window would sort them with all that they carry.
sums as (

    select
        event_type,
        agreeing_key,
        sum(case when is_counted then 1 else 0 end) as counted_count,
        sum(document_count) as group_document_count,
        sum(case when is_counted then document_amount - expected_amount else 0 end) as group_gap_amount
    from events
    group by event_type, agreeing_key

),

grouped as (

    select
        events.*,
        events.document_amount - events.expected_amount as gap_amount,
        sums.counted_count,
        sums.group_document_count,
        sums.group_gap_amount
    from events
    inner join sums
        on events.event_type = sums.event_type
            and events.agreeing_key = sums.agreeing_key

),

-- What an order's goods are booked out with and back in: nothing comes back of a sale that was never booked.
booked as (

    select
        order_key,
        sum(case when event_type = 'sale' then group_document_count else 0 end) as sale_document_count,
        sum(case when event_type = 'sale_return' then document_amount else 0 end) as returned_amount
    from grouped
    where event_type in ('sale', 'sale_return')
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
    coalesce(booked.sale_document_count, 0) as sale_document_count,
    coalesce(booked.returned_amount, 0) as returned_amount,
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
left join booked
    on grouped.order_key = booked.order_key
left join first_orders
    on grouped.platform = first_orders.platform

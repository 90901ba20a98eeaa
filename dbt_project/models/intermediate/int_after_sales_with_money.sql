-- Grain: one row per after-sale case as it stood at the end of as_of, with its refunds, its events and its last step.

with

refunds as (

    select
        case_key,
        count(*) as refund_count,
        sum(amount) as refunded_amount,
        max(refunded_on) as refunded_on,
        min(refund_id) as refund_id,
        min(source_row) as refund_source_row
    from {{ ref("int_refunds_of_cases") }}
    group by case_key

),

events as (

    select
        platform || '|' || after_sale_id as after_sale_key,
        count(*) as event_count,
        sum(case when old_amount <> new_amount then 1 else 0 end) as amount_change_count,
        max({{ business_date('occurred_at') }}) as last_event_on
    from {{ ref("int_after_sale_events") }}
    group by platform || '|' || after_sale_id

),

tickets as (

    select
        after_sale_id,
        count(*) as ticket_count,
        sum(promised_amount) as promised_amount
    from {{ ref("int_tickets") }}
    where after_sale_id is not null
    group by after_sale_id

),

dated as (

    select
        cases.*,
        {{ business_date('cases.applied_at') }} as applied_on,
        case when {{ business_date('cases.approved_at') }} <= {{ as_of() }}
            then {{ business_date('cases.approved_at') }}
        end as approved_on,
        cases.approved_at is not null and {{ business_date('cases.approved_at') }} > {{ as_of() }} as is_approved_later,
        refunds.refund_count is null and coalesce(order_refunds.last_refunded_on > {{ as_of() }}, false)
            as is_refunded_later,
        coalesce(refunds.refund_count, 0) as refund_count,
        coalesce(refunds.refunded_amount, 0) as refunded_amount,
        refunds.refunded_on,
        refunds.refund_id,
        refunds.refund_source_row,
        coalesce(events.event_count, 0) as event_count,
        coalesce(events.amount_change_count, 0) as amount_change_count,
        events.last_event_on,
        coalesce(tickets.ticket_count, 0) as ticket_count,
        tickets.promised_amount
    from {{ ref("int_after_sales") }} as cases
    left join refunds
        on cases.after_sale_key = refunds.case_key
    left join events
        on cases.after_sale_key = events.after_sale_key
    left join tickets
        on cases.after_sale_id = tickets.after_sale_id
    left join {{ ref("int_order_refund_days") }} as order_refunds
        on cases.order_key = order_refunds.order_key

)

select
    *,
    case
        when is_approved_later then 'applied'
        when status = 'refunded' and is_refunded_later then 'approved'
        else status
    end as status_then,
    -- A platform that lists no refunds says by the case's status alone that it was refunded.
    refund_count > 0 or (status = 'refunded' and not is_refunded_later and not is_approved_later) as is_refunded,
    coalesce(refunded_on, approved_on, last_event_on, applied_on) as refund_on,
    cast(coalesce(case when not is_approved_later then approved_amount end, applied_amount, 0) as numeric(18, 2))
        as claimed_amount,
    greatest(applied_on, approved_on, last_event_on) as progressed_on
from dated

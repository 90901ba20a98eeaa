-- Grain: one row per event that a document belongs to (an order, a refund, a payout), and per number of no event that
-- documents name. The one place where the books leg decides about documents; the first rule that applies wins.

with

compared as (

    select
        *,
        abs(gap_amount) <= tolerance_amount
        or abs(gap_amount - allowance_amount) <= tolerance_amount
        or counted_count > 1 and group_gap_amount = 0 as agrees,
        event_type = 'sale' and document_count > 0 and document_amount <> returned_amount
        and case when has_event
            then shipping = 'not_shipped' and not (recognition = 'paid' and is_paid)
            else first_document_on >= known_orders_from
        end as is_unshipped,
        -- A document that could be missing altogether is a second one.
        document_count > 1 and gap_amount > 0
        and (document_amount - smallest_amount >= expected_amount or largest_amount = expected_amount) as has_surplus,
        document_currency <> currency or other_currency <> currency as is_foreign,
        recognition in ('shipped', 'completed')
        and {{ month_start("first_document_on") }} > {{ month_start("recognised_on") }} as is_late
    from {{ ref("int_documents_compared") }}

),

reasoned as (

    select
        *,
        case
            when is_unshipped and (covered_from is not null or not has_event) then null
            when not has_event then 'no_event'
            when covered_from is null then 'no_counterpart_source'
            when is_foreign then 'other_currency'
            when document_count > 0 and agrees then null
            when not is_required and (document_count = 0 or optional_reason not in ('ship_date_unknown', 'not_in_bank'))
                then optional_reason
            when document_count > 0 and basis is null then 'no_prevailing_basis'
            when document_count > 0 then null
            when least(expected_amount, expected_amount + allowance_amount) <= 0 or agrees then 'nothing_to_book'
            when recognised_on is null then 'not_completed_yet'
            when event_type = 'sale_return' and sale_document_count = 0 then 'sale_not_booked'
            when recognised_on < covered_from then 'before_coverage'
            when recognised_on > covered_to then 'after_coverage'
        end as excluded_reason
    from compared

),

decided as (

    select
        *,
        case
            when excluded_reason is not null then null
            when document_count = 0 and event_type = 'sale' then 'GL01'
            when document_count = 0 and document_due_on >= {{ as_of() }} then null
            when document_count = 0 then 'GL02'
            when is_unshipped then 'GL01'
            when agrees and event_type = 'sale' and is_late then 'GL01'
            when agrees then null
            when has_surplus then 'GL02'
            else 'GL03'
        end as code,
        case
            when excluded_reason is not null then null
            when document_count = 0 and event_type = 'sale' then document_due_on
            when is_unshipped then shipping_due_on
        end as arrival_due_on,
        case event_type when 'sale_return' then -1 else 1 end as sign
    from reasoned

)

select
    event_key, event_type, has_event, platform, shop_id, order_key, order_id, after_sale_id, refund_id, payout_id, batch_id,
    currency, shipping, recognised_on, is_required, basis, recognition, document_count, document_id, voucher_no,
    first_document_on, last_document_on, source_row, document_source_row, tolerance_amount, covered_from, document_due_on,
    case when has_event and not is_unshipped then sign * expected_amount else 0 end as event_amount,
    sign * document_amount as document_amount,
    code,
    case
        when code = 'GL01' and is_unshipped then 'document_without_shipping'
        when code = 'GL01' and document_count > 0 then 'late'
        when code = 'GL02' and document_count = 0 then 'document_missing'
        when code = 'GL02' then 'document_duplicate'
        when code = 'GL03' and document_amount = -expected_amount then 'wrong_sign'
        when excluded_reason is null and document_count = 0 and code is null then 'booking_window'
    end as reason,
    excluded_reason,
    arrival_due_on,
    case
        when excluded_reason is not null then 'excluded'
        when document_count = 0 and code is null or arrival_due_on >= {{ as_of() }} then 'pending'
        when code is null or code = 'GL01' and document_count > 0 and not is_unshipped then 'matched'
        else 'exception'
    end as state
from decided

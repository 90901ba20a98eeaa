-- Grain: one row per voucher of the ledger, or that documents name. The one place where the books leg decides about
-- vouchers; the first rule that applies wins.

with

-- What a voucher has too much may be a document that is missing: then that is the exception.
missing as (

    select distinct abs(event_amount) as missing_amount
    from {{ ref("fct_documents") }}
    where document_count = 0
        and state in ('pending', 'exception')

),

compared as (

    select
        vouchers.*,
        missing.missing_amount is not null as follows_document,
        -- Void documents may have been booked, negative ones as positive lines, and a document's wrong amount corrected.
        booked_amount in (carried_amount, all_amount, gross_amount, live_amount, corrected_amount) as agrees
    from {{ ref("int_vouchers_compared") }} as vouchers
    left join missing
        on vouchers.booked_amount - coalesce(vouchers.carried_amount, 0) = missing.missing_amount

),

reasoned as (

    select
        *,
        case
            when has_currencies then 'several_currencies'
            when is_in_ledger and debit_amount <> credit_amount then null
            when document_count = 0 and needs_documents and not follows_document and booked_amount <> 0 then null
            when document_count = 0 then 'no_document'
            when is_in_ledger and (valid_count = 0 or agrees) then null
            when valid_count = 0 then 'void'
            when not is_in_ledger and carried_amount = 0 then 'nothing_to_book'
            when not is_in_ledger and covered_from is null then 'no_counterpart_source'
            when not is_in_ledger and not is_usually_found then 'no_prevailing_basis'
            when not is_in_ledger and document_on < covered_from then 'before_coverage'
            when not is_in_ledger and document_on > covered_to then 'after_coverage'
            when not is_in_ledger then null
            when basis is null then 'no_prevailing_basis'
            when follows_document then 'follows_document'
        end as excluded_reason
    from compared

),

decided as (

    select
        *,
        case
            when excluded_reason is not null then null
            when is_in_ledger and debit_amount <> credit_amount then 'voucher_unbalanced'
            when document_count = 0 then 'voucher_without_documents'
            when not is_in_ledger and booking_due_on >= {{ as_of() }} then 'booking_window'
            when not is_in_ledger then 'voucher_missing'
            when valid_count = 0 or agrees then null
            else 'voucher_differs'
        end as reason
    from reasoned

)

select
    voucher_no, document_type, platform,
    -- The document and the order, where a voucher carries one document alone.
    case when document_count = 1 then document_id end as document_id,
    case when document_count = 1 then order_id end as order_id,
    currency, is_in_ledger, booked_on, document_on, line_count, debit_amount, credit_amount, document_count, basis,
    covered_from, booking_due_on, ledger_source_row, document_source_row,
    case
        when reason = 'voucher_unbalanced' then debit_amount
        when document_count > 0 then carried_amount
        else 0
    end as documents_amount,
    case
        when reason = 'voucher_unbalanced' then credit_amount
        when is_in_ledger then booked_amount
        else 0
    end as ledger_amount,
    reason,
    excluded_reason,
    case when reason <> 'booking_window' then 'GL04' end as code,
    case
        when excluded_reason is not null then 'excluded'
        when reason is null then 'matched'
        when reason = 'booking_window' then 'pending'
        else 'exception'
    end as state
from decided

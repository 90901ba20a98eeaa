-- Grain: one row per voucher of the ledger, or that documents name, with what it comes to and what its documents come to.

with

ledger as (

    select
        voucher_no,
        min(booked_on) as booked_on,
        min(currency) as currency,
        max(currency) as other_currency,
        count(*) as line_count,
        sum(coalesce(debit_amount, 0)) as debit_amount,
        sum(coalesce(credit_amount, 0)) as credit_amount,
        max(greatest(coalesce(debit_amount, 0), coalesce(credit_amount, 0))) as largest_amount,
        -- The accounts that go up and those that go down by it are its kind.
        {{ joined("distinct posting", ", ", "posting") }} as postings,
        min(summary) as summary,
        min(auxiliary) as auxiliary,
        min(source_row) as ledger_source_row
    from (
        select
            *,
            case
                when coalesce(debit_amount, 0) > coalesce(credit_amount, 0) then 'debit ' || account_code
                when coalesce(debit_amount, 0) < coalesce(credit_amount, 0) then 'credit ' || account_code
            end as posting
        from {{ ref("int_ledger_lines") }}
    ) as lines
    group by voucher_no

),

-- A document's wrong amount may be corrected in the voucher: the difference is the document's own exception.
documents as (

    select
        documents.*,
        case when events.document_id = documents.document_id and events.has_event
            then coalesce(events.expected_amount - events.document_amount, 0) else 0
        end as correction_amount
    from {{ ref("int_documents_identified") }} as documents
    left join {{ ref("int_events_with_documents") }} as events
        on events.document_id = documents.document_id
    where documents.voucher_no is not null

),

carried as (

    select
        voucher_no,
        min(type) as first_type,
        max(type) as last_type,
        count(*) as document_count,
        min(document_id) as document_id,
        min(order_id) as order_id,
        min(platform) as platform,
        max(document_on) as document_on,
        min(currency) as document_currency,
        sum(case when is_valid then 1 else 0 end) as valid_count,
        sum(case when is_valid then amount else 0 end) as carried_amount,
        sum(amount) as all_amount,
        sum(case when is_valid then abs(amount) else 0 end) as gross_amount,
        sum(case when standing = 'live' then amount else 0 end) as live_amount,
        sum(case when standing = 'live' then amount + correction_amount else 0 end) as corrected_amount,
        sum(case when standing = 'live' and amount > 0 then 0 else 1 end) as unusual_count,
        min(source_row) as document_source_row
    from documents
    group by voucher_no

)

select
    coalesce(ledger.voucher_no, carried.voucher_no) as voucher_no,
    case
        when carried.voucher_no is null then 'none'
        when carried.first_type = carried.last_type then carried.first_type
        else 'several'
    end as document_type,
    coalesce(ledger.currency, carried.document_currency) as currency,
    ledger.voucher_no is not null as is_in_ledger,
    ledger.currency <> ledger.other_currency as has_currencies,
    {% for column in [
        "booked_on", "line_count", "debit_amount", "credit_amount", "largest_amount", "postings", "summary",
        "auxiliary", "ledger_source_row"
    ] -%}
    ledger.{{ column }},
    {% endfor -%}
    coalesce(carried.document_count, 0) as document_count,
    coalesce(carried.valid_count, 0) as valid_count,
    {% for column in [
        "document_id", "order_id", "platform", "document_on", "carried_amount", "all_amount", "gross_amount",
        "live_amount", "corrected_amount", "unusual_count", "document_source_row"
    ] -%}
    carried.{{ column }}{{ "," if not loop.last }}
    {% endfor %}
from ledger
full outer join carried
    on ledger.voucher_no = carried.voucher_no

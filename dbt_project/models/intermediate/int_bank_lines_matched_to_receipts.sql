-- Grain: one row per bank credit that a receipt in the books explains though neither names the other: the same amount and
-- currency within the days, and each is the other's only one. A receipt of a payout or an order is that one's.

with

receipts as (

    select
        documents.document_id,
        documents.amount,
        documents.currency,
        documents.document_on
    from {{ ref("int_erp_documents") }} as documents
    left join {{ ref("document_statuses") }} as statuses
        on lower(documents.status) = statuses.status
    where coalesce(statuses.is_live, true)
        and type = 'receipt'
        and payout_id is null
        and order_id is null
        and amount > 0

),

pairs as (

    select
        lines.bank_line_key,
        receipts.document_id,
        count(*) over (partition by lines.bank_line_key) as receipt_count,
        count(*) over (partition by receipts.document_id) as line_count
    from {{ ref("int_bank_lines") }} as lines
    inner join receipts
        on lines.amount = receipts.amount
            and lines.currency = receipts.currency
            and abs(lines.booked_on - receipts.document_on)
                <= {{ window("RECEIPT_BOOKED", "null", "lines.booked_on") }}
    left join {{ ref("int_payouts_matched_to_bank_lines") }} as matched
        on lines.bank_line_key = matched.bank_line_key
    where matched.bank_line_key is null

)

select
    bank_line_key,
    document_id
from pairs
where receipt_count = 1
    and line_count = 1

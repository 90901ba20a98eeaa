-- Grain: one row per bank credit that has exactly one receipt in the books of its amount and days, which is not a payout's
-- and has exactly this credit.

with

receipts as (

    select
        document_id,
        currency,
        amount,
        document_on
    from {{ ref("int_erp_documents") }}
    where type = 'receipt'
        and payout_id is null

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
            and abs(lines.booked_on - receipts.document_on) <= {{ window("RECEIPT_MATCH", "null", "lines.booked_on") }}
    where lines.amount > 0

)

select
    bank_line_key,
    document_id
from pairs
where receipt_count = 1
    and line_count = 1

-- Grain: two rows per payout with a receipt: + on the day the receipt was booked, − on the day the bank had the money.

with

credited as (

    select
        matched.payout_key,
        min(lines.account_id) as account_id,
        max(lines.booked_on) as credited_on
    from {{ ref("int_payouts_matched_to_bank_lines") }} as matched
    inner join {{ ref("int_bank_lines") }} as lines
        on matched.bank_line_key = lines.bank_line_key
    group by matched.payout_key

),

receipts as (

    select
        payouts.payout_key,
        coalesce(credited.account_id, payouts.bank_account_id) as account_id,
        documents.first_document_on as booked_on,
        credited.credited_on,
        payouts.currency,
        payouts.amount
    from {{ ref("int_payouts") }} as payouts
    inner join {{ ref("int_documents_by_event") }} as documents
        on documents.event_key = 'receipt|' || payouts.payout_key
    left join credited
        on payouts.payout_key = credited.payout_key

)

select payout_key, account_id, currency, booked_on as moved_on, amount
from receipts

union all

select payout_key, account_id, currency, credited_on as moved_on, -amount as amount
from receipts
where credited_on is not null

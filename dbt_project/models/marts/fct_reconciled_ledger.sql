-- Grain: one row per document and per ledger line, with the state of the voucher that carries it.

{{ config(materialized="view") }}

with

vouchers as (

    select
        *,
        coalesce(excluded_reason, code, reason, basis, 'balanced') as state_reason
    from {{ ref("fct_vouchers") }}

),

documents as (

    select
        documents.*,
        coalesce(vouchers.state, 'excluded') as state,
        coalesce(vouchers.state_reason, 'no_voucher') as state_reason,
        vouchers.reason,
        vouchers.currency as voucher_currency
    from {{ ref("int_documents_identified") }} as documents
    left join vouchers
        on documents.voucher_no = vouchers.voucher_no

),

lines as (

    select
        lines.*,
        vouchers.state,
        vouchers.state_reason,
        vouchers.reason,
        vouchers.currency as voucher_currency
    from {{ ref("int_ledger_lines") }} as lines
    inner join vouchers
        on lines.voucher_no = vouchers.voucher_no

)

{% set id = "case when reason = 'booking_window' then null else "
    ~ exception_id("books", "'document'", "'voucher|' || voucher_no", "voucher_currency") ~ " end" %}
{{ reconciliation_rows("ledger", "ours", "document", "documents", {
    "entity_id": "document_id", "business_on": "document_on", "amount": "amount", "state": "state",
    "reason": "state_reason", "exception_id": id
}) }}
union all
{{ reconciliation_rows("ledger", "theirs", "ledger_line", "lines", {
    "entity_id": "voucher_no || '|' || line_no", "business_on": "booked_on",
    "amount": "coalesce(debit_amount, 0) - coalesce(credit_amount, 0)", "state": "state", "reason": "state_reason",
    "exception_id": id
}) }}

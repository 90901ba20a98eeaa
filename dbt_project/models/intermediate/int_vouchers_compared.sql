-- Grain: one row per voucher of the ledger, or that documents name, with what is usual for vouchers of its kind and the
-- days that the ledger delivers.

with

covered as (

    {{ covered_days(ref("int_ledger_lines"), "booked_on", "ledger_lines") }}

),

-- Of vouchers between the same accounts, how many carry documents.
backed as (

    select
        accounts,
        avg(case when document_count > 0 then 1.0 else 0.0 end) as backed_share
    from {{ ref("int_vouchers") }}
    where is_in_ledger
    group by accounts

)

select
    vouchers.*,
    conventions.basis,
    conventions.found_share >= {{ setting("tolerances", "PREVAILING_BASIS", "min_share", {}, as_of()) }} as is_usually_found,
    backed.backed_share >= {{ setting("tolerances", "VOUCHER_BACKED_SHARE", "min_share", {}, as_of()) }} as is_usually_backed,
    covered.covered_from,
    covered.covered_to,
    case conventions.basis when 'largest_line' then largest_amount else debit_amount end as booked_amount,
    {{ add_days("vouchers.document_on", window("VOUCHER_BOOKING", "vouchers.platform", "vouchers.document_on")) }}
        as booking_due_on
from {{ ref("int_vouchers") }} as vouchers
cross join covered
left join {{ ref("int_voucher_conventions") }} as conventions
    on vouchers.document_type = conventions.document_type
left join backed
    on vouchers.accounts = backed.accounts

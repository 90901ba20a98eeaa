-- Grain: one row per voucher of the ledger, or that documents name, with what is usual for vouchers of its kind and the
-- days that the ledger delivers.

with

covered as (

    {{ covered_days(ref("int_ledger_lines"), "booked_on", "ledger_lines") }}

),

-- Of vouchers of the same postings, how many carry documents.
backed as (

    select
        postings,
        {{ mean("case when document_count > 0 then 1 else 0 end") }} as backed_share
    from {{ ref("int_vouchers") }}
    where is_in_ledger
    group by postings

),

wallet_days as (

    select
        account_id,
        currency,
        occurred_on,
        abs(sum(amount)) as amount
    from {{ ref("int_wallet_lines") }}
    where account_id <> ''
    group by channel, account_id, currency, occurred_on, type

),

-- A wallet's lines of a day and type may be booked as they are, by one voucher that names the wallet.
booked_wallets as (

    select
        vouchers.voucher_no,
        row_number() over (
            partition by wallet_days.account_id, wallet_days.currency, wallet_days.occurred_on, wallet_days.amount
            order by vouchers.voucher_no
        ) as place
    from {{ ref("int_vouchers") }} as vouchers
    inner join wallet_days
        on vouchers.booked_on = wallet_days.occurred_on
            and vouchers.debit_amount = wallet_days.amount
            and vouchers.currency = wallet_days.currency
            and coalesce(vouchers.summary, '') || ' ' || coalesce(vouchers.auxiliary, '')
            like '%' || wallet_days.account_id || '%'
    where vouchers.document_count = 0

)

select
    vouchers.*,
    conventions.basis,
    conventions.found_share >= {{ setting("tolerances", "PREVAILING_BASIS", "min_share", {}, as_of()) }} as is_usually_found,
    backed.backed_share >= {{ setting("tolerances", "VOUCHER_BACKED_SHARE", "min_share", {}, as_of()) }}
    and vouchers.voucher_no not in (select voucher_no from booked_wallets where place = 1) as needs_documents,
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
    on vouchers.postings = backed.postings

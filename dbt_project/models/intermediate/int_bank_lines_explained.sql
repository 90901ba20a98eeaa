-- Grain: one row per bank line that something else than a payout explains: interest, a transfer between own accounts,
-- or a receipt in the books that the line names.

with

lines as (

    select * from {{ ref("int_bank_lines") }}

),

by_text as (

    select
        lines.bank_line_key,
        min(rules.rule) as reason
    from lines
    inner join {{ ref("bank_line_rules") }} as rules
        on position(
            lower(rules.text_part) in
            lower(coalesce(lines.remark, '') || ' ' || coalesce(lines.reference, '') || ' ' || coalesce(lines.counterparty_name, ''))
        ) > 0
            and rules.valid_from <= lines.booked_on
            and coalesce(rules.valid_to >= lines.booked_on, true)
    group by lines.bank_line_key

),

-- Money that left one own account and entered another: the same amount within a day, and a sign that both are ours.
own_transfers as (

    select distinct credits.bank_line_key
    from lines as credits
    inner join lines as debits
        on credits.amount = -debits.amount
            and credits.currency = debits.currency
            and credits.account_id <> debits.account_id
            and debits.booked_on between {{ add_days("credits.booked_on", -1) }} and credits.booked_on
            and (
                credits.counterparty_account = debits.account_id
                or debits.counterparty_account = credits.account_id
                or credits.reference = debits.reference
                or credits.counterparty_name = debits.counterparty_name
            )
    where credits.amount > 0

),

-- An own payment that came back: the same amount from the payee, soon after.
returned_payments as (

    select distinct credits.bank_line_key
    from lines as credits
    inner join lines as debits
        on credits.account_id = debits.account_id
            and credits.amount = -debits.amount
            and credits.currency = debits.currency
            and credits.counterparty_name = debits.counterparty_name
            and debits.booked_on between {{ add_days("credits.booked_on", -10) }} and credits.booked_on
    where credits.amount > 0

),

every_reason as (

    select bank_line_key, reason from by_text
    union all
    select bank_line_key, 'own_transfer' from own_transfers
    union all
    select bank_line_key, 'returned_payment' from returned_payments
    union all
    select bank_line_key, 'receipt' from {{ ref("int_bank_lines_naming_receipts") }}
    union all
    select bank_line_key, 'receipt' from {{ ref("int_bank_lines_matched_to_receipts") }}

)

select
    bank_line_key,
    min(reason) as reason
from every_reason
group by bank_line_key

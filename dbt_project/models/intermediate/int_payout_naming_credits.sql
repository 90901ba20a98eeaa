-- Grain: one row per payout and bank line where the line names the payout: its reference is the payout's, or its text
-- holds the payout's id or reference as a whole word. An empty reference names nothing.

with

payouts as (

    select
        payout_key,
        amount,
        currency,
        bank_account_id,
        name
    from {{ ref("int_payouts") }}
    cross join lateral (values (payout_id), (bank_reference)) as names (name)
    where name <> ''

),

lines as (

    select * from {{ ref("int_bank_lines") }}

),

words as (

    select
        bank_line_key,
        account_id,
        currency,
        amount,
        reference as word
    from lines
    where reference <> ''

    union

    select
        bank_line_key,
        account_id,
        currency,
        amount,
        {{ words("coalesce(reference, '') || ' ' || coalesce(remark, '')") }} as word
    from lines

),

named as (

    select distinct
        payouts.payout_key,
        payouts.amount as payout_amount,
        words.bank_line_key,
        words.amount
    from payouts
    inner join words
        on payouts.name = words.word
            and payouts.currency = words.currency
            and coalesce(payouts.bank_account_id, words.account_id) = words.account_id

)

-- A debit takes a credit back only as a whole; a smaller one that names the payout is a charge of the bank.
select
    named.payout_key,
    named.bank_line_key
from named
where named.amount > 0
    or -named.amount = named.payout_amount
    or exists (
        select 1
        from named as credits
        where credits.payout_key = named.payout_key
            and credits.amount = -named.amount
    )

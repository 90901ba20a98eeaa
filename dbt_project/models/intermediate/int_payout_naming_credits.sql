-- Grain: one row per payout and bank line where the line names the payout: its reference is the payout's, or its text
-- holds the payout's id, batch or reference as a whole word. An empty reference names nothing.

with

payouts as (

    select
        payout_key,
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
        reference as word
    from lines
    where reference <> ''

    union

    select
        bank_line_key,
        account_id,
        currency,
        {{ words("coalesce(reference, '') || ' ' || coalesce(remark, '')") }} as word
    from lines

)

select distinct
    payouts.payout_key,
    words.bank_line_key
from payouts
inner join words
    on payouts.name = words.word
        and payouts.currency = words.currency
        and coalesce(payouts.bank_account_id, words.account_id) = words.account_id

with

latest as (

    {{ latest_delivery("bank__camt053", key=["account", "currency", "statement_id", "line_no"], together=["account"]) }}

),

signed as (

    select
        *,
        coalesce(coalesce(nullif(bank_reference, ''), nullif(entry_reference, '')), statement_id || '/' || line_no) as own_id,
        -- The reader has turned reversals: `direction` is where the money went.
        case when direction = 'debit' then -{{ to_amount('amount') }} else {{ to_amount('amount') }} end
            as signed_amount,
        case
            when opening_mark in ('D', 'DBIT') then -{{ to_amount('opening_balance') }}
            else {{ to_amount('opening_balance') }}
        end as opening_amount
    from latest

)

select
    account as account_id,
    {{ numbered_id("own_id", "account", ["closing_date", "delivery_id", "line_number"]) }} as line_id,
    {{ to_date("coalesce(nullif(booking_date, ''), value_date)") }} as booked_on,
    {{ to_date('value_date') }} as value_on,
    signed_amount as amount,
    -- The statement proves opening + lines = closing; the balance after each line follows from that.
    opening_amount + sum(signed_amount) over (
        partition by account, currency, statement_id order by cast(line_no as integer)
        rows between unbounded preceding and current row
    ) as balance_after,
    coalesce(nullif(currency, ''), 'CNY') as currency,
    nullif(counterparty_name, '') as counterparty_name,
    nullif(counterparty_account, '') as counterparty_account,
    coalesce(nullif(nullif(end_to_end_id, ''), 'NOTPROVIDED'), nullif(entry_reference, '')) as reference,
    nullif(trim(coalesce(bank_reference, '') || ' ' || coalesce(remittance_text, '') || ' ' || coalesce(additional_information, '')), '') as remark,
    delivery_id,
    line_number

from signed

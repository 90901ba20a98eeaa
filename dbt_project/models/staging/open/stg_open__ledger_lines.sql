with

latest as (

    {{ latest_delivery("open__ledger_lines", key=["voucher_no"], row_id="line_no") }}

)

select
    voucher_no,
    {{ row_identifier("line_no") }} as line_no,
    nullif(account_code, '') as account_code,
    cast(nullif(booked_on, '') as date) as booked_on,
    {{ to_amount('debit_amount') }} as debit_amount,
    {{ to_amount('credit_amount') }} as credit_amount,
    coalesce(nullif(currency, ''), 'CNY') as currency,
    nullif(summary, '') as summary,
    nullif(auxiliary, '') as auxiliary,
    delivery_id,
    line_number

from latest

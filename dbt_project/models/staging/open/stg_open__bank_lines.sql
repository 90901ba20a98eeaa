with

latest as (

    {{ latest_delivery("open__bank_lines", key=["account_id"], row_id="line_id") }}

)

select
    account_id,
    {{ row_identifier("line_id") }} as line_id,
    cast(nullif(booked_on, '') as date) as booked_on,
    cast(nullif(value_on, '') as date) as value_on,
    {{ to_amount('amount') }} as amount,
    {{ to_amount('balance_after') }} as balance_after,
    coalesce(nullif(currency, ''), 'CNY') as currency,
    nullif(counterparty_name, '') as counterparty_name,
    nullif(counterparty_account, '') as counterparty_account,
    nullif(reference, '') as reference,
    nullif(remark, '') as remark,
    delivery_id,
    line_number

from latest

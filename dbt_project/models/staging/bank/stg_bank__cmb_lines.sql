with

latest as (

    {{ latest_delivery("bank__cmb", key=["account", "serial_no", "balance_after"], together=["account", "serial_no"]) }}

)

select
    account as account_id,
    {{ numbered_id("serial_no", "account", ["transaction_date", "delivery_id", "line_number"]) }} as line_id,
    {{ to_date('transaction_date') }} as booked_on,
    {{ to_date('value_date') }} as value_on,
    coalesce({{ to_amount('credit_amount') }}, 0) - coalesce({{ to_amount('debit_amount') }}, 0) as amount,
    {{ to_amount('balance_after') }} as balance_after,
    case when currency is null or currency in ('', '人民币', 'RMB', 'CNY') then 'CNY' else currency end as currency,
    nullif(counterparty_name, '') as counterparty_name,
    nullif(counterparty_account, '') as counterparty_account,
    nullif(business_reference_no, '') as reference,
    nullif(trim(coalesce(summary, '') || ' ' || coalesce(purpose, '') || ' ' || coalesce(business_summary, '')), '')
        as remark,
    delivery_id,
    line_number

from latest

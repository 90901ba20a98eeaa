with

latest as (

    {{ latest_delivery("open__payouts", key=["platform", "payout_id"]) }}

)

select
    platform,
    payout_id,
    nullif(account_id, '') as account_id,
    nullif(batch_id, '') as batch_id,
    {{ to_amount('amount') }} as amount,
    {{ to_amount('carried_in_amount') }} as carried_in_amount,
    coalesce(nullif(currency, ''), 'CNY') as currency,
    cast(nullif(due_on, '') as date) as due_on,
    cast(nullif(paid_on, '') as date) as paid_on,
    nullif(bank_account_id, '') as bank_account_id,
    nullif(bank_reference, '') as bank_reference,
    nullif(status, '') as status,
    delivery_id,
    line_number

from latest

with

latest as (

    {{ latest_delivery("alipay__signcustomer", key=["account", "entry_no"], together=["account"]) }}

),

-- A withdrawal and its return share their business number; int_payouts sees from the wallet that one came back.
withdrawals as (

    select
        account,
        business_no,
        min({{ to_instant('occurred_at') }}) as made_at,
        sum(abs(coalesce({{ to_amount('expense_amount') }}, 0))) as amount,
        min(delivery_id || ':' || lpad(cast(line_number as varchar), 9, '0')) as first_row
    from latest
    where business_type = '提现'
    group by account, business_no

)

select
    'alipay' as platform,
    business_no as payout_id,
    account as account_id,
    cast(null as text) as batch_id,
    amount,
    cast(null as numeric(24, 6)) as carried_in_amount,
    'CNY' as currency,
    cast(null as date) as due_on,
    {{ business_date('made_at') }} as paid_on,
    cast(null as text) as bank_account_id,
    business_no as bank_reference,
    'paid' as status,
    substring(first_row, 1, 16) as delivery_id,
    cast(substring(first_row, 18) as integer) as line_number

from withdrawals

with

latest as (

    {{ latest_delivery("wechat__fundflow", key=["payment_business_no", "flow_no", "business_type", "direction", "balance_after"],
        together=["payment_business_no"]) }}

),

-- A withdrawal and its return share their business number; int_payouts sees from the wallet that one came back.
withdrawals as (

    select
        payment_business_no,
        min({{ to_instant('recorded_at') }}) as made_at,
        sum(case when direction = '支出' then {{ to_amount('amount') }} else 0 end) as amount,
        min(delivery_id || ':' || lpad(cast(line_number as varchar), 9, '0')) as first_row
    from latest
    where business_type = '提现'
    group by payment_business_no

)

select
    'wechat' as platform,
    payment_business_no as payout_id,
    cast(null as text) as account_id,
    cast(null as text) as batch_id,
    amount,
    cast(null as numeric(24, 6)) as carried_in_amount,
    'CNY' as currency,
    cast(null as date) as due_on,
    {{ business_date('made_at') }} as paid_on,
    cast(null as text) as bank_account_id,
    payment_business_no as bank_reference,
    'paid' as status,
    substring(first_row, 1, 16) as delivery_id,
    cast(substring(first_row, 18) as integer) as line_number

from withdrawals

with

latest as (

    {{ latest_delivery("wechat__fundflow", key=["payment_business_no", "flow_no", "business_type", "direction", "balance_after"],
        together=["payment_business_no", "flow_no"]) }}

)

select
    'wechat' as channel,
    -- The bill does not name its account: int_wallet_lines finds it through the payments that the delivery holds.
    cast(null as text) as account_id,
    {{ numbered_id("flow_no", "payment_business_no", ["recorded_at", "delivery_id", "line_number"]) }} as line_id,
    cast(null as numeric(24, 6)) as sequence,
    case business_type
        when '交易' then 'payment'
        when '退款' then 'refund'
        when '扣除交易手续费' then 'fee'
        when '退款手续费' then 'fee_reversal'
        when '提现' then 'withdrawal'
        else business_type
    end as type,
    nullif(payment_business_no, '') as business_no,
    nullif(voucher_no, '') as merchant_order_no,
    case when direction = '支出' then -{{ to_amount('amount') }} else {{ to_amount('amount') }} end as amount,
    {{ to_amount('balance_after') }} as balance_after,
    'CNY' as currency,
    {{ to_instant('recorded_at') }} as occurred_at,
    nullif(remark, '') as remark,
    delivery_id,
    line_number

from latest

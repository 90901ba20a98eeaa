with

latest as (

    {{ latest_delivery("alipay__signcustomer", key=["account", "entry_no"]) }}

)

select
    'alipay' as channel,
    account as account_id,
    entry_no as line_id,
    cast(null as numeric(24, 6)) as sequence,
    case business_type
        when '交易付款' then 'payment'
        when '在线支付' then 'payment'
        when '交易退款' then 'refund'
        when '收费' then 'fee'
        when '退费' then 'fee_reversal'
        when '提现' then 'withdrawal'
        when '转账' then 'transfer'
        else business_type
    end as type,
    nullif(business_no, '') as business_no,
    coalesce(
        {{ taobao_order_id("base_order_no", "merchant_order_no", "remark") }}, nullif(merchant_order_no, '')
    ) as merchant_order_no,
    -- Some ledgers write outgoings with a minus, some without: the column says which way the money went.
    coalesce({{ to_amount('income_amount') }}, 0) - abs(coalesce({{ to_amount('expense_amount') }}, 0)) as amount,
    {{ to_amount('balance_after') }} as balance_after,
    'CNY' as currency,
    {{ to_instant('occurred_at') }} as occurred_at,
    nullif(remark, '') as remark,
    delivery_id,
    line_number

from latest

with

latest as (

    {{ latest_delivery("taobao__orders", key=["order_no"]) }}

)

select
    'taobao' as platform,
    order_no as order_id,
    coalesce(nullif(shop_id, ''), nullif(shop_name, '')) as shop_id,
    cast(null as text) as merchant_order_no,
    case
        when order_status = '等待买家付款' then 'unpaid'
        when order_status like '买家已付款%' or order_status = '卖家部分发货' then 'paid'
        when order_status like '卖家已发货%' then 'shipped'
        when order_status = '交易成功' then 'completed'
        when order_status = '交易关闭' then 'closed'
        else order_status
    end as status,
    {{ to_instant('created_at') }} as ordered_at,
    {{ to_instant('paid_at') }} as paid_at,
    {{ to_instant('confirmed_at') }} as completed_at,
    cast(null as timestamptz) as closed_at,
    nullif(buyer_nick, '') as buyer_id,
    cast(null as text) as device_id,
    cast(null as text) as address_id,
    cast(null as text) as pay_channel,
    'CNY' as currency,
    {{ to_amount('goods_payable_amount') }} as list_amount,
    {{ to_amount('freight_payable_amount') }} as freight_amount,
    cast(null as numeric(24, 6)) as discount_amount,
    -- An order that waits for its payment states what the buyer owes, not what was paid.
    coalesce(nullif({{ to_amount('buyer_paid_amount') }}, 0), {{ to_amount('total_amount') }}) as buyer_paid_amount,
    cast(null as numeric(24, 6)) as subsidy_amount,
    cast(null as numeric(24, 6)) as cashback_amount,
    delivery_id,
    line_number

from latest

with

latest as (

    {{ latest_delivery("wechat__trade", key=["wechat_order_no", "trade_state", "wechat_refund_no"]) }}

),

told_apart as (

    select
        *,
        coalesce(nullif(nullif(wechat_refund_no, ''), '0'), '') <> '' as is_refund
    from latest

)

select
    'wechat' as channel,
    case when is_refund then wechat_refund_no else wechat_order_no end as transaction_id,
    case when is_refund then 'refund' else 'payment' end as type,
    case when is_refund then merchant_refund_no else '' end as request_no,
    merchant_no as account_id,
    coalesce({{ taobao_order_id("null", "merchant_order_no", "null") }}, nullif(merchant_order_no, ''))
        as merchant_order_no,
    case when is_refund then wechat_order_no end as original_transaction_id,
    -- A refund is billed when it is asked for, and its state is never updated: what became of it stands in the fund bill.
    case
        when not is_refund and trade_state = 'REVOKED' then 'closed'
        when not is_refund then 'success'
        when refund_state in ('FAIL', 'CHANGE') then 'failed'
        when refund_state = 'PROCESSING' then 'processing'
        else 'success'
    end as status,
    coalesce(nullif(currency, ''), 'CNY') as currency,
    -- The bill writes refunds and charged fees as positive figures.
    case
        when is_refund
            then -coalesce(nullif({{ to_amount('requested_refund_amount') }}, 0), {{ to_amount('refund_amount') }})
        -- The older layout has one amount for what was ordered and what is settled.
        else coalesce({{ to_amount('order_amount') }}, {{ to_amount('settled_order_amount') }})
    end as amount,
    -{{ to_amount('fee_amount') }} as fee_amount,
    {{ to_instant("replace(traded_at, '：', ':')") }} as occurred_at,
    delivery_id,
    line_number

from told_apart

{% set columns = [
    "channel", "transaction_id", "type", "request_no", "account_id", "merchant_order_no",
    "original_transaction_id", "status", "currency", "amount", "fee_amount", "occurred_at"
] %}

with

united as (

    {{ unite(columns, [ref("stg_open__channel_transactions"), ref("stg_alipay__channel_transactions"), ref("stg_wechat__channel_transactions")]) }}

),

-- A refund is billed when it is asked for, and WeChat never updates its state: the wallet says whether it was paid. The
-- refunds of a number were paid when the wallet has as many lines.
asked as (

    select
        channel,
        transaction_id,
        count(*) as refund_count
    from united
    where type = 'refund'
        and status in ('success', 'processing')
    group by channel, transaction_id
    having max(case when status = 'processing' then 1 else 0 end) = 1

),

paid as (

    select
        asked.channel,
        asked.transaction_id
    from asked
    inner join {{ ref("int_wallet_lines") }} as lines
        on asked.channel = lines.channel
            and asked.transaction_id = lines.business_no
            and lines.type = 'refund'
            and lines.amount < 0
    group by asked.channel, asked.transaction_id, asked.refund_count
    having count(*) >= asked.refund_count

)

select
    united.channel,
    united.transaction_id,
    amount,
    {{ columns | reject("in", ["channel", "transaction_id", "amount", "status"]) | join(", ") }},
    source_row,
    case when united.status = 'processing' and paid.transaction_id is not null then 'success' else united.status end
        as status,
    united.channel || '|' || united.transaction_id || '|' || type || '|' || request_no as transaction_key,
    {{ business_date('occurred_at') }} as occurred_on
from united
left join paid
    on united.channel = paid.channel
        and united.transaction_id = paid.transaction_id
        and united.type = 'refund'
where {{ business_date('occurred_at') }} <= {{ as_of() }}

{% set columns = [
    "channel", "transaction_id", "type", "request_no", "account_id", "merchant_order_no",
    "original_transaction_id", "status", "currency", "amount", "fee_amount", "occurred_at"
] %}

with

united as (

    {{ unite(columns, [ref("stg_open__channel_transactions"), ref("stg_alipay__channel_transactions"), ref("stg_wechat__channel_transactions")]) }}

),

-- WeChat bills a refund when it is asked for and never updates its state: the wallet says whether it was paid.
paid as (

    select distinct
        channel,
        business_no
    from (
        select channel, business_no, type, occurred_at from {{ ref("stg_wechat__wallet_lines") }}
        union all
        select channel, business_no, type, occurred_at from {{ ref("stg_open__wallet_lines") }}
    ) as lines
    where type = 'refund'
        and {{ business_date('occurred_at') }} <= {{ as_of() }}

)

select
    united.channel,
    {{ columns[1:] | reject("equalto", "status") | join(", ") }},
    source_row,
    case when united.status = 'processing' and paid.business_no is not null then 'success' else united.status end
        as status,
    united.channel || '|' || transaction_id || '|' || type || '|' || request_no as transaction_key,
    {{ business_date('occurred_at') }} as occurred_on
from united
left join paid
    on united.channel = paid.channel
        and united.transaction_id = paid.business_no
        and united.type = 'refund'
where {{ business_date('occurred_at') }} <= {{ as_of() }}

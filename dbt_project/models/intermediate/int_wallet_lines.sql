{{ config(meta={"partition_by": "source_row"}) }}

{% set columns = [
    "channel", "account_id", "line_id", "sequence", "type", "business_no", "merchant_order_no",
    "amount", "balance_after", "currency", "occurred_at", "remark"
] %}

with

united as (

    {{ unite(columns, [ref("stg_open__wallet_lines"), ref("stg_alipay__wallet_lines"), ref("stg_wechat__wallet_lines")]) }}

)

select
    united.channel,
    coalesce(united.account_id, wechat.account_id, deliveries.account_id, '') as account_id,
    {{ columns[2:] | join(", ") }},
    source_row,
    united.channel || '|' || coalesce(united.account_id, wechat.account_id, deliveries.account_id, '') || '|' || line_id
        as wallet_line_key,
    {{ business_date('occurred_at') }} as occurred_on
from united
left join {{ ref("int_wechat_accounts") }} as wechat
    on substring(united.source_row, 1, 16) = wechat.delivery_id
left join {{ ref("stg_landing__deliveries") }} as deliveries
    on substring(united.source_row, 1, 16) = deliveries.delivery_id
where {{ business_date('occurred_at') }} <= {{ as_of() }}

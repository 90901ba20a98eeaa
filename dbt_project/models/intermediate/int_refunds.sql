{{ config(meta={"partition_by": "source_row"}) }}

{% set columns = [
    "platform", "refund_id", "after_sale_id", "order_id", "amount", "refunded_at", "pay_channel"
] %}

with

united as (

    {{ unite(columns, [ref("stg_open__refunds"), ref("stg_taobao__refunds")]) }}

)

select
    *,
    platform || '|' || refund_id as refund_key,
    platform || '|' || after_sale_id as after_sale_key,
    platform || '|' || order_id as order_key,
    {{ business_date('refunded_at') }} as refunded_on
from united
where {{ business_date('refunded_at') }} <= {{ as_of() }}

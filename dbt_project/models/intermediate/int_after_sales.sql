{{ config(meta={"partition_by": "source_row"}) }}

{% set columns = [
    "platform", "after_sale_id", "order_id", "type", "status", "reason", "sku", "quantity", "buyer_id",
    "applied_at", "applied_amount", "approved_at", "approved_amount", "return_tracking_no"
] %}

with

united as (

    {{ unite(columns, [ref("stg_open__after_sales"), ref("stg_taobao__after_sales")]) }}

)

select
    *,
    platform || '|' || after_sale_id as after_sale_key,
    platform || '|' || order_id as order_key
from united
where {{ business_date('applied_at') }} <= {{ as_of() }}

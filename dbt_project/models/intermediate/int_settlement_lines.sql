{{ config(meta={"partition_by": "source_row"}) }}

{% set columns = [
    "platform", "batch_id", "line_id", "shop_id", "order_id", "refund_id", "type", "amount", "currency",
    "settled_on"
] %}

with

united as (

    {{ unite(columns, [ref("stg_open__settlement_lines")]) }}

)

select
    *,
    platform || '|' || batch_id as batch_key,
    platform || '|' || batch_id || '|' || line_id as settlement_line_key
from united
where settled_on <= {{ as_of() }}

{{ config(meta={"partition_by": "source_row"}) }}

{% set columns = [
    "platform", "order_id", "line_no", "sku", "product_name", "category", "quantity", "unit_price",
    "amount"
] %}

with

united as (

    {{ unite(columns, [ref("stg_open__order_lines"), ref("stg_taobao__order_lines")]) }}

)

select *
from united

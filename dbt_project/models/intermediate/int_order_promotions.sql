{{ config(meta={"partition_by": "source_row"}) }}

{% set columns = [
    "platform", "order_id", "promotion_no", "type", "coupon_kind", "bearer", "amount"
] %}

with

united as (

    {{ unite(columns, [ref("stg_open__order_promotions")]) }}

)

select *
from united

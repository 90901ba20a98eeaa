{{ config(meta={"partition_by": "source_row"}) }}

{% set columns = [
    "movement_id", "type", "platform", "order_id", "after_sale_id", "sku", "quantity", "weight_kg",
    "carrier", "tracking_no", "moved_at", "stocked_at", "condition", "status"
] %}

with

united as (

    {{ unite(columns, [ref("stg_open__stock_movements")]) }}

)

select *
from united
where {{ business_date('moved_at') }} <= {{ as_of() }}

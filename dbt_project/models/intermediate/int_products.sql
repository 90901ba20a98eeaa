{{ config(materialized="view") }}

{% set columns = [
    "sku", "name", "category", "unit_price"
] %}

with

united as (

    {{ unite(columns, [ref("stg_open__products")]) }}

)

select *
from united

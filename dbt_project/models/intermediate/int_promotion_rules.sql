{{ config(materialized="view") }}

{% set columns = [
    "rule_id", "rule", "text"
] %}

with

united as (

    {{ unite(columns, [ref("stg_open__promotion_rules")]) }}

)

select *
from united

{% set columns = [
    "rule_id", "rule", "text"
] %}

with

united as (

    {{ unite(columns, [ref("stg_open__promotion_rules")]) }}

)

-- Without the row that it came in: the same rules in a new delivery changes nothing.
select {{ columns | join(", ") }}
from united

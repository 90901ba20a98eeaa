with

latest as (

    {{ latest_delivery("open__promotion_rules", key=["rule_id"]) }}

)

select
    rule_id,
    nullif(rule, '') as rule,
    nullif(text, '') as text,
    delivery_id,
    line_number

from latest

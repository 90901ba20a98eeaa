{{ config(materialized="view") }}

{% set columns = [
    "platform", "after_sale_id", "event_no", "occurred_at", "actor", "event", "old_amount", "new_amount"
] %}

with

united as (

    {{ unite(columns, [ref("stg_open__after_sale_events")]) }}

)

select *
from united
where {{ business_date('occurred_at') }} <= {{ as_of() }}

{% set columns = [
    "ticket_id", "order_id", "after_sale_id", "topic", "opened_at", "closed_at", "promised_amount"
] %}

with

united as (

    {{ unite(columns, [ref("stg_open__tickets")]) }}

)

select *
from united
where {{ business_date('opened_at') }} <= {{ as_of() }}

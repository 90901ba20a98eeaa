with

latest as (

    {{ latest_delivery("open__tickets", key=["ticket_id"]) }}

)

select
    ticket_id,
    nullif(order_id, '') as order_id,
    nullif(after_sale_id, '') as after_sale_id,
    nullif(topic, '') as topic,
    {{ to_instant('opened_at') }} as opened_at,
    {{ to_instant('closed_at') }} as closed_at,
    {{ to_amount('promised_amount') }} as promised_amount,
    delivery_id,
    line_number

from latest

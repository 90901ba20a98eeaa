{{ rows_stand_together("open__settlement_lines", key_of(["platform", "batch_id"])) }}

with

-- Where a source has no line id, a line is the first, second … of its batch, order and type in its file, so that a
-- corrected delivery replaces it.
identified as (

    select
        *,
        coalesce(
            nullif(line_id, ''),
            coalesce(order_id, '') || '/' || type || '/' || cast(row_number() over (
                partition by delivery_id, platform, batch_id, order_id, type order by line_number
            ) as varchar)
        ) as own_line_id
    from {{ source("raw", "open__settlement_lines") }}

),

latest as (

    {{ latest_of("identified", key=["platform", "batch_id", "own_line_id"]) }}

)

select
    platform,
    batch_id,
    own_line_id as line_id,
    nullif(shop_id, '') as shop_id,
    nullif(order_id, '') as order_id,
    nullif(refund_id, '') as refund_id,
    nullif(type, '') as type,
    {{ to_amount('amount') }} as amount,
    coalesce(nullif(currency, ''), 'CNY') as currency,
    cast(nullif(settled_on, '') as date) as settled_on,
    delivery_id,
    line_number

from latest

with

latest as (

    {{ latest_delivery("open__contracts", key=["platform", "shop_id", "category", "valid_from"]) }}

)

select
    platform,
    coalesce(shop_id, '') as shop_id,
    coalesce(category, '') as category,
    cast(nullif(valid_from, '') as date) as valid_from,
    cast(nullif(valid_to, '') as date) as valid_to,
    {{ to_amount('commission_rate') }} as commission_rate,
    nullif(commission_base, '') as commission_base,
    cast(nullif(commission_returned_on_refund, '') as boolean) as commission_returned_on_refund,
    {{ to_amount('channel_fee_rate') }} as channel_fee_rate,
    cast(nullif(channel_fee_returned_on_refund, '') as boolean) as channel_fee_returned_on_refund,
    nullif(rounding, '') as rounding,
    {{ to_amount('settle_days') }} as settle_days,
    nullif(settle_from, '') as settle_from,
    {{ to_amount('payout_days') }} as payout_days,
    delivery_id,
    line_number

from latest

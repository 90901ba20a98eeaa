{% set columns = [
    "platform", "shop_id", "category", "valid_from", "valid_to", "commission_rate", "commission_base",
    "commission_returned_on_refund", "channel_fee_rate", "channel_fee_returned_on_refund", "rounding",
    "settle_days", "settle_from", "payout_days"
] %}

with

united as (

    {{ unite(columns, [ref("stg_open__contracts")]) }}

)

select *
from united

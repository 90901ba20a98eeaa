-- Grain: one row per entry of the bridge about what the payment leg says is owed, where it is not the same as its orders
-- say.

{{ config(materialized="view") }}

with

payables as (

    select
        item_key, currency, min(platform) as platform, min(shop_id) as shop_id, min(paid_on) as paid_on,
        sum(amount) as amount
    from (
        select payable_id as item_key, platform, shop_id, paid_on, currency, owed_amount as amount
        from {{ ref("fct_payments") }}
        union all
        select payable_id, platform, shop_id, coalesce(paid_on, ordered_on), currency, -owed_amount
        from {{ ref("int_orders") }}
    ) as both_sides
    group by item_key, currency

)

{% set payable = {"item_type": "payable", "item_key": "item_key", "account_id": "null", "business_on": "paid_on"} %}

{{ bridge_entries("payables", dict(payable, line="'arithmetic'"), "amount <> 0") }}

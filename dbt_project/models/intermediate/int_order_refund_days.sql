-- Grain: one row per order with refunds, whenever they were: the day of the last one. An order that does not say when it
-- was closed was closed with it.

select
    platform || '|' || order_id as order_key,
    max({{ business_date('refunded_at') }}) as last_refunded_on
from (
    select platform, order_id, refunded_at from {{ ref("stg_open__refunds") }}
    union all
    select platform, order_id, refunded_at from {{ ref("stg_taobao__refunds") }}
) as refunds
group by platform || '|' || order_id

-- Grain: one row per code, currency and status, with count and money: the front page of the exceptions.

with

items as (

    select * from {{ ref("exceptions") }}
    union all
    select * from {{ ref("pending_items") }}

)

select
    items.code,
    codes.name,
    codes.name_zh,
    items.status,
    items.currency,
    count(*) as item_count,
    cast(sum(items.difference_amount) as numeric(18, 2)) as difference_amount,
    cast(sum(abs(items.difference_amount)) as numeric(18, 2)) as absolute_amount,
    min(items.severity) as worst_severity,
    min(items.opened_on) as oldest_on
from items
inner join {{ ref("exception_codes") }} as codes
    on items.code = codes.code
group by items.code, codes.name, codes.name_zh, items.status, items.currency

-- Grain: one row per platform, shop and day on which orders were paid or batches settled and a contract applied: in how
-- many days it pays out. A contract of the shop goes before one of all shops; one category's is not for whole orders.

with

asked as (

    select platform, coalesce(shop_id, '') as shop_id, paid_on as day from {{ ref("int_orders") }} where is_paid
    union
    select platform, coalesce(shop_id, ''), settled_on from {{ ref("int_settlement_lines") }}

),

ranked as (

    select
        asked.platform,
        asked.shop_id,
        asked.day,
        cast(contracts.payout_days as integer) as payout_days,
        row_number() over (
            partition by asked.platform, asked.shop_id, asked.day
            order by contracts.shop_id desc, contracts.valid_from desc
        ) as place
    from asked
    inner join {{ ref("int_contracts") }} as contracts
        on asked.platform = contracts.platform
            and contracts.shop_id in (asked.shop_id, '')
            and contracts.category = ''
            and coalesce(contracts.valid_from <= asked.day, true)
            and coalesce(contracts.valid_to >= asked.day, true)

)

select
    platform,
    shop_id,
    day,
    payout_days
from ranked
where place = 1

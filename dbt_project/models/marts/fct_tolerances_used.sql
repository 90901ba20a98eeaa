-- Grain: one row per rule, place (shop, or account where money is pooled), month and currency: what the legs let pass
-- within their tolerances. The same amounts stand in the money bridge as its line `tolerance`.

with

items as (

    select
        *,
        case item_type
            when 'payable' then 'payments'
            when 'refund' then 'refunds'
            when 'number' then 'wallets'
            when 'batch' then 'batches'
            else 'payouts'
        end as leg
    from {{ ref("fct_money_bridge_items") }}
    where line = 'tolerance'

)

select
    upper(leg) || '_AMOUNT' as rule,
    leg,
    platform,
    shop_id,
    account_id,
    month_on,
    currency,
    count(*) as item_count,
    sum(abs(amount)) as used_amount,
    sum(amount) as net_amount,
    max(abs(amount)) as largest_amount
from items
group by leg, platform, shop_id, account_id, month_on, currency

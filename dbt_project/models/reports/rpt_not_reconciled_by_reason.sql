-- Grain: one row per leg, side, platform, channel, account and reason: what was left out of the comparison, and why.

select
    leg,
    side,
    platform,
    channel,
    shop_id,
    account_id,
    reason,
    currency,
    count(*) as row_count,
    cast(sum(amount) as numeric(18, 2)) as amount,
    min(business_on) as first_on,
    max(business_on) as last_on
from {{ ref("fct_reconciliation") }}
where state = 'excluded'
group by leg, side, platform, channel, shop_id, account_id, reason, currency

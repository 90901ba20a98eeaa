-- Grain: one row per leg, side, platform, account, business day and currency: rows and money in each of the four states.

select
    leg,
    side,
    platform,
    channel,
    account_id,
    business_on,
    currency,
    count(*) as row_count,
    {% for state in ["matched", "pending", "exception", "excluded"] -%}
    sum(case when state = '{{ state }}' then 1 else 0 end) as {{ state }}_count,
    cast(sum(case when state = '{{ state }}' then amount else 0 end) as numeric(18, 2)) as {{ state }}_amount,
    {% endfor -%}
    cast(sum(amount) as numeric(18, 2)) as total_amount
from {{ ref("fct_reconciliation") }}
group by leg, side, platform, channel, account_id, business_on, currency

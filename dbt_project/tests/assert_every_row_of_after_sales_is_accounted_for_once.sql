-- Returns the accounts and days on which the after-sales leg has other rows than cases, compensations and goods moved.

{% call unaccounted_days("after_sales") %}
select
    'ours' as side, platform as account, {{ business_date("applied_at") }} as business_on,
    -coalesce(applied_amount, 0) as amount
from {{ ref("int_after_sales") }}
union all
select 'theirs', channel || '|' || coalesce(account_id, ''), occurred_on, amount
from {{ ref("int_channel_transactions") }}
where type = 'compensation'
union all
-- Goods have no amount of money of their own.
select 'theirs', '|', {{ business_date("moved_at") }}, 0
from {{ ref("int_stock_movements") }}
{% endcall %}

-- Returns the accounts and days on which the payments leg has other rows than the orders and the channels' receipts.

{% call unaccounted_days("payments") %}
select
    'ours' as side, platform as account, coalesce(case when is_paid then paid_on end, ordered_on) as business_on,
    owed_amount as amount
from {{ ref("int_orders") }}
union all
select 'theirs', channel || '|' || coalesce(account_id, ''), occurred_on, amount
from {{ ref("int_channel_transactions") }}
where type = 'payment'
{% endcall %}

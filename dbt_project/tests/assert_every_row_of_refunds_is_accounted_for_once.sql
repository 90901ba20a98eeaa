-- Returns the accounts and days on which the refunds leg has other rows than the platforms' and the channels' refunds.

{% call unaccounted_days("refunds") %}
select 'ours' as side, platform as account, refunded_on as business_on, -amount as amount
from {{ ref("int_refunds") }}
union all
select 'theirs', channel || '|' || coalesce(account_id, ''), occurred_on, amount
from {{ ref("int_channel_transactions") }}
where type = 'refund'
{% endcall %}

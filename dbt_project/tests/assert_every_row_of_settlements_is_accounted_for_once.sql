-- Returns the platforms and days on which the settlements leg has other rows than the orders, the settlement
-- lines and what channels' bills keep: of a transaction, and as fees by themselves.

{% call unaccounted_days("settlements") %}
select
    'ours' as side, platform as account, coalesce(case when is_paid then paid_on end, ordered_on) as business_on,
    owed_amount as amount
from {{ ref("int_orders") }}
union all
select 'theirs', platform, settled_on, amount
from {{ ref("int_settlement_lines") }}
union all
select
    'theirs', channel || '|' || coalesce(account_id, ''), occurred_on,
    coalesce(fee_amount, 0) + case when type in ('fee', 'fee_reversal') then amount else 0 end
from {{ ref("int_channel_transactions") }}
where status = 'success'
    and (type in ('payment', 'refund', 'fee', 'fee_reversal') or fee_amount <> 0)
{% endcall %}

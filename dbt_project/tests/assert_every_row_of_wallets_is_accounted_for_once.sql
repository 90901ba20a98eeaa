-- Returns the accounts and days on which the wallets leg has other rows than the bills and the wallets' lines.

{% call unaccounted_days("wallets") %}
-- A wallet knows transaction numbers: a trade's receipt, refunds and fees share one.
select
    'ours' as side, channel || '|' || coalesce(account_id, '') as account, max(occurred_on) as business_on,
    sum(amount) as amount
from {{ ref("int_transactions_numbered") }}
group by channel, account_id, transaction_no
union all
select 'theirs', channel || '|' || account_id, occurred_on, amount
from {{ ref("int_wallet_lines") }}
{% endcall %}

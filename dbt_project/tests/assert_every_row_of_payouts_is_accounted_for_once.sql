-- Returns the accounts and days on which the payouts leg has other rows than the payouts and the bank's lines.

{% call unaccounted_days("payouts") %}
select 'ours' as side, platform as account, coalesce(paid_on, due_on, {{ as_of() }}) as business_on, amount
from {{ ref("int_payouts") }}
union all
select 'theirs', '|' || account_id, booked_on, amount
from {{ ref("int_bank_lines") }}
{% endcall %}

-- Returns the platforms and days on which the settlements leg has other rows than the orders and the settlement lines.

{% call unaccounted_days("settlements") %}
select
    'ours' as side, platform as account, coalesce(case when is_paid then paid_on end, ordered_on) as business_on,
    owed_amount as amount
from {{ ref("int_orders") }}
union all
select 'theirs', platform, settled_on, amount
from {{ ref("int_settlement_lines") }}
{% endcall %}

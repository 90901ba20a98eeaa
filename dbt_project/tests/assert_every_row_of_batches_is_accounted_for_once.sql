-- Returns the platforms and days on which the batches leg has other rows than the settlement lines.

{% call unaccounted_days("batches") %}
select 'ours' as side, platform as account, settled_on as business_on, amount
from {{ ref("int_settlement_lines") }}
{% endcall %}

-- Returns the platforms and days on which the books leg has other rows than orders, refunds, payouts and documents.

{% call unaccounted_days("books") %}
select
    'ours' as side, platform as account, coalesce(case when is_paid then paid_on end, ordered_on) as business_on,
    owed_amount as amount
from {{ ref("int_orders") }}
union all
select 'ours', platform, refunded_on, -amount
from {{ ref("int_refunds") }}
union all
select 'ours', platform, coalesce(paid_on, due_on, {{ as_of() }}), amount
from {{ ref("int_payouts") }}
union all
select 'theirs', '|', document_on, case type when 'sale_return' then -amount else amount end
from {{ ref("int_erp_documents") }}
{% endcall %}

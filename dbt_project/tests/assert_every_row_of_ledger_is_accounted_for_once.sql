-- Returns the days on which the ledger leg has other rows than the documents and the ledger's lines.

{% call unaccounted_days("ledger") %}
select 'ours' as side, '' as account, document_on as business_on, amount
from {{ ref("int_erp_documents") }}
union all
select 'theirs', '|', booked_on, coalesce(debit_amount, 0) - coalesce(credit_amount, 0)
from {{ ref("int_ledger_lines") }}
{% endcall %}

-- Grain: one row per item that is not due yet, or only a matter of timing; never counted as an exception.

{% for leg in ["exc_payments", "exc_refunds", "exc_settlements", "exc_payouts", "exc_sources"] %}
select *
from {{ ref(leg) }}
where status = 'pending'
{{ "union all" if not loop.last }}
{% endfor %}

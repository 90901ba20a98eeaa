-- Grain: one row per exception: what two systems disagree on as of the day, with its owner and the day to act by.

{% for leg in ["exc_payments", "exc_refunds", "exc_settlements", "exc_payouts", "exc_sources"] %}
select *
from {{ ref(leg) }}
where status = 'open'
{{ "union all" if not loop.last }}
{% endfor %}

-- Grain: one row per exception: what two systems disagree on as of the day, with its owner and the day to act by.

{% for leg in exception_legs() %}
select *
from {{ ref("exc_" ~ leg) }}
where status = 'open'
{{ "union all" if not loop.last }}
{% endfor %}

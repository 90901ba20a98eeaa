-- Grain: one row per item that is not due yet, or only a matter of timing; never counted as an exception.

{% for leg in exception_legs() %}
select *
from {{ ref("exc_" ~ leg) }}
where status = 'pending'
{{ "union all" if not loop.last }}
{% endfor %}

-- Returns the platform, channel, charging side and currency whose products bear other fees, expected fees or bases than
-- the platform's fees.

{% set columns = ["charged_amount", "expected_amount", "base_amount"] %}

select
    platform, channel, charged_by, currency,
    {% for column in columns -%}
    sum({{ column }}) as {{ column }}{{ "," if not loop.last }}
    {% endfor %}
from (
    select platform, channel, charged_by, currency, {{ columns | join(", ") }}
    from {{ ref("rpt_fees_by_product") }}
    union all
    select platform, channel, charged_by, currency{% for column in columns %}, -{{ column }}{% endfor %}
    from {{ ref("rpt_fees_by_platform") }}
) as both_reports
group by platform, channel, charged_by, currency
having {% for column in columns %}coalesce(sum({{ column }}), 0) <> 0{{ " or " if not loop.last }}{% endfor %}

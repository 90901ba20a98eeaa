{# All legs' items of a status, each with its nearest candidates in words. #}
{% macro items_of_status(status) %}
with

items as (

    {% for leg in exception_legs() %}
    select * from {{ ref("exc_" ~ leg) }} where status = '{{ status }}'
    {{ "union all" if not loop.last }}
    {% endfor %}

),

candidates as (

    select
        exception_id,
        {% for language, day in {"en": " of ", "zh": "，"}.items() -%}
        {%- for place in [1, 2, 3] -%}
        {{ "|| coalesce(" if place > 1 }} max(case when candidate_no = {{ place }} then
            {{ "' ' ||" if place > 1 }} '{{ place }}) ' || entity_id || '{{ day }}' || cast(business_on as text) || ', '
            || cast(amount as text) || ' ' || currency || ': ' || failed_{{ language }}
        end) {{ ", '')" if place > 1 }}
        {% endfor -%}
        as nearest_{{ language }}{{ "," if not loop.last }}
        {% endfor %}
    from {{ ref("exception_candidates") }}
    group by exception_id

)

select
    items.*,
    candidates.nearest_en,
    candidates.nearest_zh
from items
left join candidates
    on items.exception_id = candidates.exception_id
{% endmacro %}

{#
    The first and the last day of which a stream tells: its rows' days and, since a file without rows covers its days
    too, those that its deliveries state.
#}
{% macro covered_days(relation, day, stream) -%}
    select
        min(covered_from) as covered_from,
        max(covered_to) as covered_to
    from (
        select {{ day }} as covered_from, {{ day }} as covered_to from {{ relation }}
        union all
        select covers_from, covers_to from {{ ref("stg_landing__deliveries") }} where stream = '{{ stream }}'
    ) as days
{%- endmacro %}

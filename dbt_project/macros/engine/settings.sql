{#
    The value of a rule that applies to a row: rows of the seed valid on the day, the one that names most of what the
    row is (platform, channel, currency) first. An unset rule is null: callers fail closed. `having` maps a seed's
    column to the row's expression.
#}
{% macro setting(seed, rule, value, having, valid_on) -%}
    {{ adapter.dispatch("setting")(seed, rule, value, having, valid_on) }}
{%- endmacro %}

{% macro default__setting(seed, rule, value, having, valid_on) -%}
    (
        select seed.{{ value }}
        from {{ ref(seed) }} as seed
        where seed.rule = '{{ rule }}' and {{ applies(having, valid_on) }}
        order by {{ named_first(having) }}
        limit 1
    )
{%- endmacro %}

{# The rule's few rows as one list that every row looks through: DuckDB would make a join of each subquery by row. #}
{% macro duckdb__setting(seed, rule, value, having, valid_on) -%}
    list_filter(
        (select list(seed order by {{ named_first(having) }}) from {{ ref(seed) }} as seed where seed.rule = '{{ rule }}'),
        lambda seed: {{ applies(having, valid_on) }}
    )[1].{{ value }}
{%- endmacro %}

{% macro applies(having, valid_on) -%}
    {% for column, expression in having.items() -%}
    (seed.{{ column }} is null or seed.{{ column }} = {{ expression }}) and {# #}
    {%- endfor -%}
    coalesce(seed.valid_from <= {{ valid_on }}, true) and coalesce(seed.valid_to >= {{ valid_on }}, true)
{%- endmacro %}

{% macro named_first(having) -%}
    {% for column in having %}case when seed.{{ column }} is null then 1 else 0 end, {% endfor -%}
    seed.valid_from desc
{%- endmacro %}

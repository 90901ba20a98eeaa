{# The first and the last day of a date's month. #}
{% macro month_start(column) -%} {{ adapter.dispatch("month_start")(column) }} {%- endmacro %}

{% macro default__month_start(column) -%} cast(date_trunc('month', {{ column }}) as date) {%- endmacro %}

{% macro month_end(column) -%} {{ adapter.dispatch("month_end")(column) }} {%- endmacro %}

{% macro default__month_end(column) -%}
    cast(date_trunc('month', {{ column }}) + interval '1 month' - interval '1 day' as date)
{%- endmacro %}

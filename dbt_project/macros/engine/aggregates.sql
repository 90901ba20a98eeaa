{# The middle value of a column, without its nulls; of two middle ones, their mean. #}
{% macro median(column) -%}
    cast(percentile_cont(0.5) within group (order by {{ column }}) as numeric(18, 2))
{%- endmacro %}

{# A written amount as an exact decimal in major units; empty is null. Six digits hold every source's (fees have five). #}
{% macro to_amount(column) -%}
    cast(nullif(replace({{ column }}, ',', ''), '') as numeric(24, 6))
{%- endmacro %}

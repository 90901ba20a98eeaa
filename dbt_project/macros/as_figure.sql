{# A column as marts show it: amounts and quantities with two decimals, all others as they are. #}
{% macro as_figure(column) -%}
    {%- if column.split("_")[-1] in ["amount", "quantity"] -%} cast({{ column }} as numeric(18, 2)) as {{ column }}
    {%- else -%} {{ column }}
    {%- endif -%}
{%- endmacro %}

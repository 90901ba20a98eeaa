{# Fresh statistics for the planner after a table is written; engines without them do nothing. #}
{% macro analyze_table() -%}
    {%- if model.config.materialized == "table" and target.type == "postgres" -%} analyze {{ this }} {%- endif -%}
{%- endmacro %}

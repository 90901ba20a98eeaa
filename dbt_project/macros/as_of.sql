{# The last business date whose data is complete. #}
{% macro as_of() -%} cast('{{ var("as_of") }}' as date) {%- endmacro %}

{# An exception's id: of the leg, the entity and the currency, not of the code, so that it outlives a change of code. #}
{% macro exception_id(leg, entity_type, entity_key, currency) -%}
    md5('{{ leg }}|' || {{ entity_type }} || '|' || {{ entity_key }} || '|' || coalesce({{ currency }}, ''))
{%- endmacro %}

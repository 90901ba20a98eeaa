{#
    One entity from all sources that deliver it: the same columns by name, in one order. `source_row` names where a
    row stands: the delivery's 16 characters, a colon, the line.
#}
{% macro unite(columns, relations) %}
    {% for relation in relations %}
    select
        {{ columns | join(", ") }},
        delivery_id || ':' || cast(line_number as varchar) as source_row
    from {{ relation }}
    {{ "union all" if not loop.last }}
    {% endfor %}
{% endmacro %}

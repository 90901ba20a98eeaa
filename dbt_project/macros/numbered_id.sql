{# An id that a source may give to several lines of an account: the first keeps it, the next ones get /2, /3 … #}
{% macro numbered_id(column, account, ordering) -%}
    {%- set place -%}
        row_number() over (partition by {{ account }}, {{ column }} order by {{ ordering | join(", ") }})
    {%- endset -%}
    {{ column }} || case when {{ place }} > 1 then '/' || cast({{ place }} as varchar) else '' end
{%- endmacro %}

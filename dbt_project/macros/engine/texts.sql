{# The first captured group of a regular expression, or null. #}
{% macro regex_capture(column, pattern) -%} {{ adapter.dispatch("regex_capture")(column, pattern) }} {%- endmacro %}

{% macro default__regex_capture(column, pattern) -%} substring({{ column }} from '{{ pattern }}') {%- endmacro %}

{% macro duckdb__regex_capture(column, pattern) -%}
    nullif(regexp_extract({{ column }}, '{{ pattern }}', 1), '')
{%- endmacro %}

{# The words of a text, a row each: runs of letters, digits, hyphens and underscores. #}
{% macro words(column) -%} unnest(regexp_split_to_array({{ column }}, '[^A-Za-z0-9_-]+')) {%- endmacro %}

{# The parts of a list written with upright bars, a row each; none of an empty text. #}
{% macro parts(column) -%} unnest(string_to_array(nullif({{ column }}, ''), '|')) {%- endmacro %}

{# The texts of a group in one, in order, with a separator between them. #}
{% macro joined(column, separator, ordering) -%}
    string_agg({{ column }}, '{{ separator }}' order by {{ ordering }})
{%- endmacro %}

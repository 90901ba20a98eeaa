{# Which of many buckets, about one per cent of the amount wide, a size falls into: it narrows a search, no more. #}
{% macro amount_bucket(amount) -%}
    case
        when abs({{ amount }}) < 100 then cast(floor(abs({{ amount }})) as integer)
        else 100 + cast(floor(ln(cast(abs({{ amount }}) as double precision) / 100) * 100) as integer)
    end
{%- endmacro %}

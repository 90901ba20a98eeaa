{# The rate and what it is applied to, in words: 0.6% × 100.00. #}
{% macro rate_of_base(rate="rate", base="base_amount") -%}
    trim(trailing '.' from trim(trailing '0' from cast(cast({{ rate }} * 100 as numeric(12, 4)) as text)))
    || '% × ' || cast(cast({{ base }} as numeric(18, 2)) as text)
{%- endmacro %}

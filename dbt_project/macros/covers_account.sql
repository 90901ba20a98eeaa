{#
    Whether a delivery's day is one of a source's account: a source without an account takes any, and a delivery that
    names no account is for all. Rows say whose they are: without an account they are nobody's.
#}
{% macro covers_account(days, delivered) -%}
    (
        {{ days }}.account_id is null
        or {{ days }}.account_id = {{ delivered }}.account_id
        or ({{ delivered }}.account_id is null and not {{ delivered }}.has_rows)
    )
{%- endmacro %}

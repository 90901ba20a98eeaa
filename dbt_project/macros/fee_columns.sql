{#
    What is told of a fee, always in one order so that fees can be united: what is not named is null. `key` begins with
    who says so (settlement, channel, expected), `charged_by` is settlement or channel.
#}
{% macro fee_columns(key, charged_by, given) -%}
    '{{ key[0] }}|' || {{ key[1] }} as fee_key,
    '{{ charged_by }}' as charged_by,
    {% for name in ["platform", "channel", "shop_id", "order_key", "component", "type", "currency"] -%}
    cast({{ given.get(name, "null") }} as text) as {{ name }},
    {% endfor -%}
    {{ given.charged_on }} as charged_on,
    {% for name in ["charged_amount", "expected_amount", "base_amount"] -%}
    cast({{ given[name] }} as numeric(18, 2)) as {{ name }},
    {% endfor -%}
    {{ given.is_in_rate_book }} as is_in_rate_book,
    cast({{ given.code }} as text) as code,
    {{ given.source_row }} as source_row
{%- endmacro %}

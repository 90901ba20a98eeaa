{#
    What is said of an expected arrival, always in one order so that kinds can be united: what is not named is null. It is
    overdue once its day has passed; what has no due day yet is pending.
#}
{% macro arrival_columns(given) -%}
    {%- set types = {
        "kind": "text", "entity_key": "text", "entity_id": "text", "platform": "text", "channel": "text",
        "shop_id": "text", "account_id": "text", "currency": "text", "amount": "numeric(18, 2)",
        "goods_amount": "numeric(18, 2)", "happened_on": "date", "due_on": "date", "due_source": "text",
        "cash_days": "integer", "arrived_on": "date", "source_row": "text",
    } -%}
    {%- for name in given if name not in types and name != "has_arrived" -%}
        {{ exceptions.raise_compiler_error("arrival_columns knows no column " ~ name) }}
    {%- endfor -%}
    {{ given.kind }} || '|' || {{ given.entity_key }} as arrival_id,
    {%- for name, type in types.items() %}
    cast({{ given.get(name, "null") }} as {{ type }}) as {{ name }},
    {%- endfor %}
    case
        when {{ given.has_arrived }} then 'arrived'
        when {{ given.due_on }} < {{ as_of() }} then 'overdue'
        else 'pending'
    end as status
{%- endmacro %}

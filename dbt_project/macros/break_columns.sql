{#
    What a leg says of a break, always in one order so that breaks can be united: what is not named is null.
    A break with `arrival_due_on` is pending up to that day; `is_timing` never becomes an exception.
#}
{% macro break_columns(given) -%}
    {%- set types = {
        "code": "text", "entity_type": "text", "entity_id": "text", "entity_key": "text", "platform": "text",
        "channel": "text", "shop_id": "text", "account_id": "text", "order_id": "text", "after_sale_id": "text",
        "refund_id": "text", "batch_id": "text", "payout_id": "text", "bank_line_id": "text", "document_id": "text",
        "currency": "text", "ours_amount": "numeric(18, 2)", "theirs_amount": "numeric(18, 2)",
        "reason": "text", "happened_on": "date", "arrival_due_on": "date", "is_timing": "boolean",
        "caused_by": "text", "candidates": "text", "counterpart": "text", "ours_row": "text", "theirs_row": "text",
    } -%}
    {%- for name in given if name not in types -%}
        {{ exceptions.raise_compiler_error("break_columns knows no column " ~ name) }}
    {%- endfor -%}
    {%- for name, type in types.items() %}
    cast({{ given.get(name, "null") }} as {{ type }}) as {{ name }}{{ "," if not loop.last }}
    {%- endfor %}
{%- endmacro %}

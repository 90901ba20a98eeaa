{#
    One kind of entry of a step of the money bridge. An item (an order, a refund, a batch, …) is told twice: by the rows
    of the sources that make it up, minus where it leaves the stage before and plus where it enters the next
    (`line` is null), and by what its leg's fact says of the difference (`line` names it). `given` has item_type,
    item_key, business_on, amount and line, place and currency where the relation's columns are not these, and item_id
    where people know the item by another name than its key.
#}
{% macro bridge_entries(relation, given, condition="true") -%}
    select
        '{{ given.item_type }}' as item_type,
        '{{ given.item_type }}|' || {{ given.item_key }} as item_key,
        cast({{ given.get("item_id", "null") }} as text) as item_id,
        {% for column in ["platform", "shop_id", "account_id"] -%}
        cast({{ given.get(column, column) }} as text) as {{ column }},
        {% endfor -%}
        {{ given.business_on }} as business_on,
        {{ given.get("currency", "currency") }} as currency,
        cast({{ given.get("line", "null") }} as text) as line,
        {{ given.get("amount", "amount") }} as amount
    from {{ relation }}
    where {{ condition }}
{%- endmacro %}

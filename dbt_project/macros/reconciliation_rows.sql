{#
    One side of a leg, every source row once, with the state it ended in and the exception or pending item that says so.
    given: business_on, amount, state, reason, entity_id, exception_id, and what is known of platform, channel, shop_id,
    account_id and currency; `reference` is the number by which the other side would name it (default: its own id).
#}
{% macro reconciliation_rows(leg, side, entity_type, relation, given) -%}
    select
        '{{ leg }}' as leg,
        '{{ side }}' as side,
        '{{ entity_type }}' as entity_type,
        {{ given.entity_id }} as entity_id,
        {% for column in ["platform", "channel", "shop_id", "account_id"] -%}
        cast({{ given.get(column, "null") }} as text) as {{ column }},
        {% endfor -%}
        {{ given.business_on }} as business_on,
        {{ given.get("currency", "currency") }} as currency,
        cast({{ given.amount }} as numeric(18, 2)) as amount,
        {{ given.state }} as state,
        cast({{ given.reason }} as text) as reason,
        cast({{ given.get("reference", given.entity_id) }} as text) as reference,
        cast({{ given.get("source_row", "source_row") }} as text) as source_row,
        case when {{ given.state }} in ('exception', 'pending') then {{ given.exception_id }} end as exception_id
    from {{ relation }}
{%- endmacro %}

{#
    What the break of an order's settlement component is about: a fee's line and a repeated line are lines, a fee not
    given back for the order's only refund is that refund's, all else the order's. Its key names the component, so that
    two breaks of one order stay two.
#}
{% macro settlement_entity_type(line_id="line_id") -%}
    case
        when code in ('ST04', 'ST06') and {{ line_id }} is not null then 'settlement_line'
        when code = 'RF13' and refund_id is not null then 'refund'
        else 'order'
    end
{%- endmacro %}

{% macro settlement_exception_id(line_id="line_id") -%}
    {{ exception_id("settlements", settlement_entity_type(line_id), "order_key || '|' || component", "currency") }}
{%- endmacro %}

{# What the break of a channel's own fee is about: a payment, or the only refund of it that had to bring the fee back. #}
{% macro channel_fee_entity_type() -%}
    case when code = 'RF13' and refund_id is not null then 'refund' else 'transaction' end
{%- endmacro %}

{% macro channel_fee_exception_id() -%}
    {{ exception_id("settlements", channel_fee_entity_type(), "payment_key || '|' || component", "currency") }}
{%- endmacro %}

{# The legs whose breaks become exceptions and pending items: one model `exc_<leg>` each. #}
{% macro exception_legs() -%}
    {{ return([
        "payments",
        "refunds",
        "wallets",
        "settlements",
        "payouts",
        "sources",
    ]) }}
{%- endmacro %}

{# The legs whose breaks become exceptions and pending items: one model `exc_<leg>` each. #}
{% macro exception_legs() -%}
    {{ return([
        "payments",
        "promotions",
        "refunds",
        "after_sales",
        "wallets",
        "settlements",
        "payouts",
        "risk",
        "books",
        "sources",
    ]) }}
{%- endmacro %}

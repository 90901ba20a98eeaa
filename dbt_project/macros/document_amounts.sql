{#
    What a document of an event may be written with, by the name of the convention: what the buyer paid or got back (of a
    payout: what was paid out), with or without freight, with the platform's subsidy or with all that others bear of the
    discount, or the list price. The columns are those of int_events_to_book.
#}
{% macro document_amounts() -%}
    {{ return({
        "paid": "base_amount",
        "paid_and_subsidy": "base_amount + subsidy_amount",
        "goods_paid": "base_amount - freight_amount",
        "goods_paid_and_subsidy": "base_amount + subsidy_amount - freight_amount",
        "before_others_discounts": "base_amount + others_discount_amount",
        "goods_before_others_discounts": "base_amount + others_discount_amount - freight_amount",
        "list_and_freight": "list_amount + freight_amount",
        "list": "list_amount",
    }) }}
{%- endmacro %}

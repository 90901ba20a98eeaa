{#
    The conventions in which sources write an order: names of bases and the amount that each expects, in columns of
    int_orders_with_promotions. Which one a source follows is told by its own rows (prevailing_basis).
#}

{# What an order's lines come to: before or after discounts, after the merchant's own ones only, with or without freight. #}
{% macro line_bases() -%}
    {%- set others = "platform_amount + influencer_amount + government_amount" -%}
    {{ return({
        "net": "list_amount - taken_off_amount",
        "list": "list_amount",
        "paid": "list_amount - taken_off_amount + carriage_amount",
        "list_with_freight": "list_amount + carriage_amount",
        "merchant_net": "list_amount - taken_off_amount + " ~ others,
        "merchant_paid": "list_amount - taken_off_amount + carriage_amount + " ~ others,
    }) }}
{%- endmacro %}

{# What promotions take off for the buyer: whether rows of type subsidy are a reduction, or only say who bears one. #}
{% macro discount_bases() -%}
    {{ return({
        "reductions": "reduction_amount",
        "reductions_and_subsidies": "reduction_amount + subsidy_row_amount",
    }) }}
{%- endmacro %}

{# Whose share of the promotions the platform makes good, with or without what rows of type subsidy say of it. #}
{% macro subsidy_bases() -%}
    {%- set bearers = {
        "platform": ["platform"],
        "platform_and_government": ["platform", "government"],
        "platform_and_influencer": ["platform", "influencer"],
        "others": ["platform", "influencer", "government"],
    } -%}
    {%- set bases = {} -%}
    {%- for name, parts in bearers.items() -%}
        {%- do bases.update({name: parts | join("_amount + ") ~ "_amount"}) -%}
    {%- endfor -%}
    {%- for name, parts in bearers.items() -%}
        {%- do bases.update({name ~ "_with_subsidies": bases[name] ~ " + " ~ parts | join("_row_amount + ") ~ "_row_amount"}) -%}
    {%- endfor -%}
    {{ return(bases) }}
{%- endmacro %}

{# Conditions for prevailing_basis: a column is, within the leg's tolerance, what each basis expects. #}
{% macro basis_conditions(column, bases) -%}
    {%- set allowed -%}
    coalesce({{ setting("tolerances", "PROMOTIONS_AMOUNT", "max_amount", {}, as_of()) }}, 0)
    {%- endset -%}
    {%- set conditions = {} -%}
    {%- for name, amount in bases.items() -%}
        {%- do conditions.update({name: "abs(" ~ column ~ " - (" ~ amount ~ ")) <= " ~ allowed}) -%}
    {%- endfor -%}
    {{ return(conditions) }}
{%- endmacro %}

{# The amount that a basis (a column) expects of a row; null without one. #}
{% macro basis_amount(basis, bases) -%}
    case {{ basis }}
        {%- for name, amount in bases.items() %}
        when '{{ name }}' then {{ amount }}
        {%- endfor %}
    end
{%- endmacro %}

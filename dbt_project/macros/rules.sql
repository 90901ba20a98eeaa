{# How far two amounts may lie apart in a leg; no row means 0. #}
{% macro tolerance(leg, platform, currency, valid_on) -%}
    {%- set most = setting(
        "tolerances", leg | upper ~ "_AMOUNT", "max_amount", {"platform": platform, "currency": currency}, valid_on
    ) -%}
    cast(coalesce({{ most }}, 0) as numeric(18, 2))
{%- endmacro %}

{# Days that something may take; no row means 0. #}
{% macro window(rule, channel, valid_on) -%}
    coalesce({{ setting("windows", rule, "days", {"channel": channel}, valid_on) }}, 0)
{%- endmacro %}

{# A threshold of the risk leg on the day, for a platform where one is named; an unset one is null and accuses nobody. #}
{% macro risk_threshold(rule, platform=none) -%}
    {{ setting("risk_thresholds", rule, "value", {"platform": platform} if platform else {}, as_of()) }}
{%- endmacro %}

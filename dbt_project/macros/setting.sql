{#
    The value of a rule that applies to a row: rows of the seed valid on the day, the one that names most of what the
    row is (platform, channel, currency) first. An unset rule is null: callers fail closed. `having` maps a seed's
    column to the row's expression.
#}
{% macro setting(seed, rule, value, having, valid_on) -%}
    (
        select seed.{{ value }}
        from {{ ref(seed) }} as seed
        where seed.rule = '{{ rule }}'
            {% for column, expression in having.items() -%}
            and (seed.{{ column }} is null or seed.{{ column }} = {{ expression }})
            {% endfor -%}
            and coalesce(seed.valid_from <= {{ valid_on }}, true)
            and coalesce(seed.valid_to >= {{ valid_on }}, true)
        order by
            {% for column in having -%}
            case when seed.{{ column }} is null then 1 else 0 end,
            {% endfor -%}
            seed.valid_from desc
        limit 1
    )
{%- endmacro %}

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

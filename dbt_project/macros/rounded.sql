{#
    A positive amount in whole cents (0.01), as a contract rounds: half_up, half_even, up or down; none of these is null,
    so that what cannot be computed is not compared. Exact: decimals all the way.
#}
{% macro rounded(amount, rounding) -%}
    case {{ rounding }}
        when 'half_up' then floor({{ amount }} * 100 + 0.5) / 100
        when 'half_even' then (
            floor({{ amount }} * 100 + 0.5)
            - case when mod({{ amount }} * 100, 2) = 0.5 then 1 else 0 end
        ) / 100
        when 'up' then ceiling({{ amount }} * 100) / 100
        when 'down' then floor({{ amount }} * 100) / 100
    end
{%- endmacro %}

{# A part of a whole, or null where the whole is nothing. #}
{% macro share_of(part, whole) -%}
    ({{ part }}) / nullif({{ whole }}, 0)
{%- endmacro %}

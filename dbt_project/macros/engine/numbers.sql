{#
    One number by another, to ten decimals, a half away from zero; null where the divisor is nothing. Every division stands
    here, for engines divide differently: here in whole numbers, to eleven decimals, so that the last ones are never
    chance. Of the dividend eight decimals count, of the divisor six.
#}
{% macro divided(dividend, divisor) -%} {{ adapter.dispatch("divided")(dividend, divisor) }} {%- endmacro %}

{% macro default__divided(dividend, divisor) -%}
    cast(
        div(cast({{ dividend }} as numeric(38, 8)) * 100000000000, nullif(cast({{ divisor }} as numeric(38, 6)), 0))
        * 0.00000000001 as numeric(38, 10)
    )
{%- endmacro %}

{% macro duckdb__divided(dividend, divisor) -%}
    cast(
        cast(
            cast(cast({{ dividend }} as numeric(38, 8)) * 100000000 as hugeint) * 1000000000
            // nullif(cast(cast({{ divisor }} as numeric(38, 6)) * 1000000 as hugeint), 0) as numeric(38, 0)
        ) * 0.00000000001 as numeric(38, 10)
    )
{%- endmacro %}

{# The mean of a column, without its nulls, to ten decimals. #}
{% macro mean(column) -%} {{ divided("sum(" ~ column ~ ")", "count(" ~ column ~ ")") }} {%- endmacro %}

{# The square root of a number, to six decimals. #}
{% macro square_root(column) -%} cast(sqrt(cast({{ column }} as double precision)) as numeric(38, 6)) {%- endmacro %}

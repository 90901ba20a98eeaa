{#
    A positive amount in whole cents (0.01), as a contract rounds: half_up, half_even, up or down; any other word is null,
    so that what cannot be computed is not compared. Exact: what a division left beyond eight decimals is cut off first,
    so that a half stays a half.
#}
{% macro rounded(amount, rounding) -%}
    {%- set cents = "(round(" ~ amount ~ ", 8) * 100)" -%}
    cast(case {{ rounding }}
        when 'half_up' then floor({{ cents }} + 0.5) * 0.01
        when 'half_even' then
            (floor({{ cents }} + 0.5) - case when mod({{ cents }}, 2) = 0.5 then 1 else 0 end) * 0.01
        when 'up' then ceiling({{ cents }}) * 0.01
        when 'down' then floor({{ cents }}) * 0.01
    end as numeric(18, 2))
{%- endmacro %}

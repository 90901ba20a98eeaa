{#
    A part of what belongs to several: of orders that were paid together by what each owes, of a fee's products by what
    was paid for each. Rounded to cents; the first one (place 1) of `whole` takes what rounding leaves, so that the parts
    add up. `part` is the row's share, 0–1.
#}
{% macro allotted(total, whole="payable_id") -%}
    round({{ total }} * part, 2)
    + case when place = 1
        then {{ total }} - sum(round({{ total }} * part, 2)) over (partition by {{ whole }})
        else 0
    end
{%- endmacro %}

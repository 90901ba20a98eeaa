{#
    An order's part of what belongs to orders that were paid together: by what each owes, rounded to cents; the first one
    (place 1) takes what rounding leaves, so that the parts add up. `part` is the order's share, 0–1.
#}
{% macro allotted(total) -%}
    round({{ total }} * part, 2)
    + case when place = 1
        then {{ total }} - sum(round({{ total }} * part, 2)) over (partition by payable_id)
        else 0
    end
{%- endmacro %}

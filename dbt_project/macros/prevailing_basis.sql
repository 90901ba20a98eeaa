{#
    Which of several conventions a source follows, told by its rows: for each group the basis (name: condition) that most
    rows satisfy, where at least the seed's PREVAILING_BASIS share of them do; groups without one are not compared.
    Of two that fit equally the first named wins. Rows that cannot tell bases apart should be left out of `relation`.
#}
{% macro prevailing_basis(relation, group, bases) -%}
    select {{ group | join(", ") }}, basis
    from (
        select
            counted.*,
            row_number() over (partition by {{ group | join(", ") }} order by agreeing_count desc, place) as rank
        from (
            {%- for name, condition in bases.items() %}
            select
                {{ group | join(", ") }},
                '{{ name }}' as basis,
                {{ loop.index }} as place,
                sum(case when {{ condition }} then 1 else 0 end) as agreeing_count,
                count(*) as row_count
            from {{ relation }}
            group by {{ group | join(", ") }}
            {{ "union all" if not loop.last }}
            {%- endfor %}
        ) as counted
    ) as ranked
    where rank = 1
        and agreeing_count >= row_count * {{ setting("tolerances", "PREVAILING_BASIS", "min_share", {}, as_of()) }}
{%- endmacro %}

{#
    CTE `filled` of balance_breaks: `lines`, with a balance for those without a sequence that state none where one line's
    end at which no other goes on, and a beginning to which no other leads, on the days around, lie exactly its amount
    apart.
#}
{% macro filled_balances(account, key, day, ordering) %}
{%- set days_around %} between {{ add_days("chained." ~ day, -7) }} and {{ add_days("chained." ~ day, 7) }}{% endset -%}
chained as (

    select
        {{ account | join(", ") }},
        {{ day }},
        balance_after - amount as begins_at,
        balance_after as ends_at
    from lines
    where balance_after is not null

),

{% for loose, met in [("ends_at", "begins_at"), ("begins_at", "ends_at")] %}
loose_{{ loose }} as (

    select chained.*
    from chained
    where not exists (
        select 1
        from chained as others
        where others.{{ met }} = chained.{{ loose }}
            and others.{{ day }} {{ days_around }}
            {%- for column in account %}
            and others.{{ column }} = chained.{{ column }}
            {%- endfor %}
    )

),

{% endfor %}
silent as (

    select
        silent.{{ key }},
        min(later.begins_at) as balance_after
    from lines as silent
    inner join loose_ends_at as earlier
        on earlier.{{ day }} between {{ add_days("silent." ~ day, -7) }} and silent.{{ day }}
            {%- for column in account %}
            and silent.{{ column }} = earlier.{{ column }}
            {%- endfor %}
    inner join loose_begins_at as later
        on later.begins_at = earlier.ends_at + silent.amount
            and later.{{ day }} between silent.{{ day }} and {{ add_days("silent." ~ day, 7) }}
            {%- for column in account %}
            and silent.{{ column }} = later.{{ column }}
            {%- endfor %}
    where silent.balance_after is null
        and silent.sequence is null
    group by silent.{{ key }}

),

filled as (

    select
        {% for column in account + [key, day, "amount", "sequence", "file_order"] %}lines.{{ column }}, {% endfor %}
        {% for column in ordering if column != day %}lines.{{ column }}, {% endfor %}
        coalesce(lines.balance_after, silent.balance_after) as balance_after,
        -- With a sequence, what moved since the last stated balance is simply added to it.
        count(lines.balance_after) over (
            partition by {% for column in account %}lines.{{ column }}, {% endfor %}lines.sequence is null
            order by lines.sequence, lines.file_order, lines.{{ key }}
        ) as stated_count
    from lines
    left join silent
        on lines.{{ key }} = silent.{{ key }}

),

moved as (

    select
        *,
        sum(case when balance_after is null then amount else 0 end) over (
            partition by {{ account | join(", ") }}, sequence is null, stated_count
        ) as silent_amount
    from filled

)
{% endmacro %}

{# CTEs of balance_breaks that end in `unlinked`: beginnings and ends of unbroken parts, in the order of the account. #}
{% macro unlinked_balances(account) %}
{%- set accounts = account | join(", ") -%}
linked as (

    select
        {% for column in account -%}
        coalesce(befores.{{ column }}, afters.{{ column }}) as {{ column }},
        {% endfor -%}
        coalesce(befores.balance_on, afters.balance_on) as balance_on,
        coalesce(befores.line_key, afters.line_key) as line_key,
        coalesce(befores.place, afters.place) as place,
        befores.line_key is not null as is_before,
        befores.line_key is null or afters.line_key is null as is_unlinked,
        coalesce(befores.balance_before, afters.balance_after) as balance,
        sign(befores.file_order - afters.file_order) as direction
    from (select * from stated where sequence is null) as befores
    full outer join (select * from stated where sequence is null) as afters
        on befores.balance_before = afters.balance_after
            and befores.before_number = afters.after_number
            and befores.balance_on = afters.balance_on
            {%- for column in account %}
            and befores.{{ column }} = afters.{{ column }}
            {%- endfor %}

),

-- Files that list the newest line first are read backwards.
directed as (

    select
        *,
        case when sum(direction) over (partition by {{ accounts }}, balance_on) < 0 then -place else place end
            as place_in_day,
        dense_rank() over (partition by {{ accounts }} order by balance_on) as day_number
    from linked

),

parts as (

    select
        ends.*,
        exists (
            select 1
            from directed as neighbours
            where neighbours.is_unlinked
                and neighbours.is_before <> ends.is_before
                and neighbours.balance = ends.balance
                and neighbours.day_number = ends.day_number + case when ends.is_before then -1 else 1 end
                {%- for column in account %}
                and neighbours.{{ column }} = ends.{{ column }}
                {%- endfor %}
        ) as meets_neighbour,
        count(*) over (partition by line_key) > 1 as is_single_line
    from directed as ends
    where is_unlinked

),

unlinked as (

    select
        *,
        row_number() over (
            partition by {{ accounts }}, is_before
            order by
                balance_on,
                case when meets_neighbour = is_before then 0 else 1 end,
                case when is_single_line = is_before then 0 else 1 end,
                place_in_day
        ) as break_number
    from parts

)
{% endmacro %}

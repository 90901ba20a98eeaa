{#
    CTEs that end in `breaks`: lines of `lines` in front of which the running balance jumps. `jump_amount` is what the
    balance says beyond the lines.

    Within a day the lines form a chain: the balance before a line (balance_after − amount) is the balance after
    another one. So the order within a day need not be known, and files may list newest or oldest first. What is left
    unlinked, day after day, is each chain's beginning and end; an end and the next beginning must be equal. A single
    misprinted balance (a jump and its opposite right after it) counts once.

    account: columns that name an account; key: the line's key; day: its date; ordering: columns from earliest on.
    `lines` has file_order, the line's number in its file.
#}
{% macro balance_breaks(account, key, day, ordering) %}
{%- set accounts = account | join(", ") -%}
numbered as (

    select
        {{ accounts }},
        {{ day }} as balance_on,
        {{ key }} as line_key,
        balance_after - amount as balance_before,
        balance_after,
        file_order,
        row_number() over (partition by {{ accounts }} order by {{ ordering | join(", ") }}, file_order, {{ key }})
            as place,
        row_number() over (
            partition by {{ accounts }}, {{ day }}, balance_after - amount
            order by {{ ordering | join(", ") }}, file_order, {{ key }}
        ) as before_number,
        row_number() over (
            partition by {{ accounts }}, {{ day }}, balance_after
            order by {{ ordering | join(", ") }}, file_order, {{ key }}
        ) as after_number
    from lines
    where balance_after is not null

),

linked as (

    select
        {% for column in account -%}
        coalesce(befores.{{ column }}, afters.{{ column }}) as {{ column }},
        {% endfor -%}
        coalesce(befores.balance_on, afters.balance_on) as balance_on,
        coalesce(befores.line_key, afters.line_key) as line_key,
        coalesce(befores.place, afters.place) as place,
        befores.line_key is not null as is_before,
        afters.line_key is null or befores.line_key is null as is_unlinked,
        coalesce(befores.balance_before, afters.balance_after) as balance,
        sign(befores.file_order - afters.file_order) as direction
    from numbered as befores
    full outer join numbered as afters
        on befores.balance_before = afters.balance_after
            and befores.before_number = afters.after_number
            and befores.balance_on = afters.balance_on
            {%- for column in account %}
            and befores.{{ column }} = afters.{{ column }}
            {%- endfor %}

),

directed as (

    select
        *,
        case when sum(direction) over (partition by {{ accounts }}, balance_on) < 0 then -place else place end
            as place_in_day
    from linked

),

unlinked as (

    select
        *,
        row_number() over (partition by {{ accounts }}, is_before order by balance_on, place_in_day) as break_number
    from directed
    where is_unlinked

),

jumps as (

    select
        befores.*,
        befores.balance - afters.balance as jump_amount,
        afters.line_key as after_line_key
    from unlinked as befores
    inner join unlinked as afters
        on befores.break_number = afters.break_number + 1
            {%- for column in account %}
            and befores.{{ column }} = afters.{{ column }}
            {%- endfor %}
    where befores.is_before
        and not afters.is_before
        and befores.balance <> afters.balance

),

breaks as (

    select jumps.*
    from jumps
    left join jumps as previous
        on jumps.after_line_key = previous.line_key
            and jumps.jump_amount = -previous.jump_amount
    where previous.line_key is null

)
{% endmacro %}

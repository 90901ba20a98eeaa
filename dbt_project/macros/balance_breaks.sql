{#
    CTEs that end in `breaks`: lines of `lines` in front of which the running balance jumps. `jump_amount` is what the
    balance says beyond the lines. `lines` has `sequence` (or null) and `file_order`, the line's number in its file.

    Lines with a sequence are compared one after the other. Without one, the lines of a day form a chain: the balance
    before a line (balance_after − amount) is the balance after another one, whatever order the file has. What is left
    unlinked are the beginnings and ends of unbroken parts; a day's first part begins where the day before ended, its
    last one ends where the next day begins. A single misprinted balance (a jump and its opposite right after it)
    counts once.

    account: columns that name an account; key: the line's key; day: its date; ordering: columns from earliest on.
#}
{% macro balance_breaks(account, key, day, ordering) %}
{%- set accounts = account | join(", ") -%}
{{ filled_balances(account, key, day, ordering) }},

stated as (

    select
        {{ accounts }},
        {{ day }} as balance_on,
        {{ key }} as line_key,
        sequence,
        balance_after - amount as balance_before,
        balance_after,
        file_order,
        lag({{ key }}) over by_sequence as previous_line_key,
        lag(balance_after + silent_amount) over by_sequence as previous_balance,
        row_number() over by_order as place,
        row_number() over (
            partition by {{ accounts }}, {{ day }}, balance_after - amount
            order by {{ ordering | join(", ") }}, file_order, {{ key }}
        ) as before_number,
        row_number() over (
            partition by {{ accounts }}, {{ day }}, balance_after
            order by {{ ordering | join(", ") }}, file_order, {{ key }}
        ) as after_number
    from moved
    where balance_after is not null
    window
        by_sequence as (partition by {{ accounts }}, sequence is null order by sequence, file_order, {{ key }}),
        by_order as (partition by {{ accounts }} order by {{ ordering | join(", ") }}, file_order, {{ key }})

),

{{ unlinked_balances(account) }},

jumps as (

    select
        {{ accounts }},
        balance_on,
        line_key,
        previous_line_key as after_line_key,
        balance_before - previous_balance as jump_amount
    from stated
    where sequence is not null
        and previous_balance <> balance_before

    union all

    select
        {% for column in account %}befores.{{ column }}, {% endfor %}
        befores.balance_on,
        befores.line_key,
        afters.line_key as after_line_key,
        befores.balance - afters.balance as jump_amount
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

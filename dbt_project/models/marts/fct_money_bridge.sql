-- Grain: one row per place (shop, or account where money is pooled), month, currency, step and line of the money
-- bridge: each stage's total is the stage's before plus the named differences plus the residual, which must be 0.00.

{% set place = "platform, shop_id, account_id, month_on, currency, step" %}

with

totals as (

    select * from {{ ref("fct_bridge_totals") }}

),

-- Grouped once more instead of counted as distinct, which holds all items in memory.
items as (

    select
        {{ place }},
        line,
        item_key,
        sum(amount) as amount
    from {{ ref("fct_money_bridge_items") }}
    where line <> 'residual'
    group by {{ place }}, line, item_key

),

differences as (

    select
        {{ place }},
        line,
        count(*) as item_count,
        sum(amount) as amount
    from items
    group by {{ place }}, line

),

unexplained as (

    select
        {{ place }},
        sum(amount) as amount
    from (
        select {{ place }}, amount - amount_before as amount from totals where step > 1
        union all
        select {{ place }}, -amount from differences
    ) as both_sides
    group by {{ place }}

),

lines as (

    select {{ place }}, 'stage' as line_kind, line, 0 as item_count, amount from totals
    union all
    select {{ place }}, 'difference', line, item_count, amount from differences
    union all
    select {{ place }}, 'residual', 'residual', 0, amount from unexplained

)

select
    lines.platform,
    lines.shop_id,
    lines.account_id,
    lines.month_on,
    lines.currency,
    lines.step,
    lines.line_kind,
    lines.line,
    coalesce(names.label_en, codes.name, lines.line) as label_en,
    coalesce(names.label_zh, codes.name_zh, lines.line) as label_zh,
    coalesce(names.sort_order, 90) as sort_order,
    lines.item_count,
    lines.amount
from lines
left join {{ ref("bridge_lines") }} as names
    on lines.line = names.line
left join {{ ref("exception_codes") }} as codes
    on lines.line = codes.code

-- Grain: one row per settlement line that stands more than once for one order, refund and kind, in one amount: how often
-- it does, and how often the opposite was settled.

{{ config(meta={"partition_by": "order"}) }}

with

groups as (

    select
        order_key,
        coalesce(component, type) as component,
        known_type,
        coalesce(refund_id, '') as refund_id,
        amount,
        count(*) as line_count
    from {{ ref("int_settlement_lines_linked") }}
    where order_key is not null
        and amount <> 0
    group by order_key, coalesce(component, type), known_type, coalesce(refund_id, ''), amount

),

-- What undoes a line: the opposite in its own kind, or an adjustment of the order.
undone as (

    select
        order_key,
        component,
        known_type,
        -amount as amount,
        sum(line_count) as line_count
    from groups
    group by order_key, component, known_type, -amount

)

select
    repeated.order_key,
    repeated.component,
    repeated.known_type,
    repeated.refund_id,
    repeated.amount,
    repeated.line_count,
    coalesce(undone.line_count, 0) + coalesce(adjusted.line_count, 0) as undone_count
from groups as repeated
left join undone
    on repeated.order_key = undone.order_key
        and repeated.component = undone.component
        and repeated.known_type = undone.known_type
        and repeated.amount = undone.amount
left join undone as adjusted
    on repeated.order_key = adjusted.order_key
        and adjusted.component = 'adjustment'
        and repeated.amount = adjusted.amount
where repeated.line_count > 1
    and repeated.component <> 'adjustment'

-- Grain: one row per order and component (sale, refund, subsidy, a fee, what is given back of it, adjustment) with what
-- the settlement lines say of it, in all batches up to as_of.

{{ config(meta={"partition_by": "order"}) }}

with

lines as (

    select
        *,
        row_number() over (partition by order_key, component order by settled_on desc, settlement_line_key desc)
            as place_from_last
    from {{ ref("int_settlement_lines_linked") }}
    where order_key is not null
        and component <> 'other'

)

select
    order_key,
    component,
    sum(amount) as amount,
    count(*) as line_count,
    sum(case when refund_id is null then 1 else 0 end) as unnamed_count,
    sum(case when amount < 0 then 1 else 0 end) as negative_count,
    min(settled_on) as first_settled_on,
    max(settled_on) as last_settled_on,
    max(case when place_from_last = 1 then line_id end) as last_line_id,
    max(case when place_from_last = 1 then batch_id end) as last_batch_id,
    max(case when place_from_last = 1 then refund_id end) as last_refund_id,
    max(case when place_from_last = 1 then source_row end) as last_source_row
from lines
group by order_key, component

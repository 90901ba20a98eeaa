-- Grain: one row per order and component of its settlement that is wrong only because a line stands there twice or more:
-- without the repetitions nothing is wrong (of a fee, a cent of rounding apart).

{{ config(meta={"partition_by": "order"}) }}

{%- set repetitions = "round(" ~ divided("components.gap_amount", "lines.amount") ~ ")" %}

select
    components.order_key,
    components.component,
    max(lines.amount) as repeated_amount
from {{ ref("int_settlement_components_adjusted") }} as components
inner join {{ ref("int_settlement_lines_repeated") }} as lines
    on components.order_key = lines.order_key
        and components.component = lines.component
where sign(components.gap_amount) = sign(lines.amount)
    and {{ repetitions }} between 1 and lines.line_count - 1
    and abs(components.gap_amount - {{ repetitions }} * lines.amount)
        <= case when components.fee in ('commission', 'channel_fee') then 0.01 else 0 end
group by components.order_key, components.component

-- Grain: one row per penalty or compensation that a platform deducted, with the days that its booking may take.

select
    settlement_line_key,
    platform,
    -amount as amount,
    settled_on,
    coalesce(order_key, platform || '|' || order_id) as order_key,
    {{ window("PENALTY_BOOKING", "platform", "settled_on") }} as window_days,
    row_number() over (
        partition by coalesce(order_key, platform || '|' || order_id), amount order by settled_on, settlement_line_key
    ) as place_of_order,
    row_number() over (partition by platform, amount, settled_on order by settlement_line_key) as place_of_day
from {{ ref("int_settlement_lines_linked") }}
where known_type in ('penalty', 'compensation')
    and amount < 0

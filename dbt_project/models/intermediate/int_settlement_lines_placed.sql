-- Grain: one row per settlement line with the order, the payable and the refund that it settles, and whose money it is:
-- the shop's that it names, else its order's, else its platform's. A kind of charge that is in no mapping is ST05.

select
    lines.settlement_line_key,
    lines.line_id,
    lines.platform,
    coalesce(lines.shop_id, orders.shop_id) as shop_id,
    cast(null as text) as account_id,
    lines.platform || '|' || coalesce(lines.batch_id, '') as batch_key,
    coalesce(lines.known_type, 'ST05') as type,
    lines.currency,
    lines.amount,
    lines.settled_on,
    orders.order_key,
    orders.payable_id,
    refunds.refund_key
from {{ ref("int_settlement_lines_linked") }} as lines
left join {{ ref("int_orders") }} as orders
    on lines.order_key = orders.order_key
left join {{ ref("int_refunds") }} as refunds
    on lines.platform || '|' || lines.refund_id = refunds.refund_key

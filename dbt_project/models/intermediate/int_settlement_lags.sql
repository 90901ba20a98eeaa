-- Grain: one row per platform and component of settlements, with the longest that it ever came after what it follows.

select
    orders.platform,
    components.component,
    max(components.first_settled_on - components.since_on) as longest_days
from {{ ref("int_settlement_components") }} as components
inner join {{ ref("int_orders_expected_to_settle") }} as orders
    on components.order_key = orders.order_key
group by orders.platform, components.component

-- Returns the accounts and days on which the promotions leg has other rows than orders, their lines and promotions, and
-- cashback.

{% call unaccounted_days("promotions") %}
select 'ours' as side, platform as account, ordered_on as business_on, buyer_paid_amount as amount
from {{ ref("int_orders") }}
union all
select 'theirs', '|', orders.ordered_on, details.amount
from (
    select platform, order_id, amount from {{ ref("int_order_lines") }}
    union all
    select platform, order_id, -amount from {{ ref("int_order_promotions") }}
) as details
inner join {{ ref("int_orders") }} as orders
    on details.platform = orders.platform
        and details.order_id = orders.order_id
union all
select 'theirs', '|', business_on, amount
from {{ ref("int_order_details") }}
where order_key is null
union all
select 'theirs', channel || '|' || coalesce(account_id, ''), occurred_on, amount
from {{ ref("int_channel_transactions") }}
where type = 'cashback'
{% endcall %}

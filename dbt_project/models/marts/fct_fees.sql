-- Grain: one row per fee: a settlement line that is charged or given back, a channel transaction with a fee, or a fee
-- that the rate book expects and no line shows yet. What is expected stands at the first line of an order's component.

with

lines as (

    select
        lines.*,
        row_number() over (partition by lines.order_key, lines.component order by lines.settled_on, lines.settlement_line_key)
            as place
    from {{ ref("fct_settlement_lines") }} as lines
    where coalesce(lines.component, '') not in ('sale', 'refund', 'subsidy', 'adjustment')

),

components as (

    select *
    from {{ ref("fct_settlement_components") }}
    where component in ('commission', 'commission_reversal', 'channel_fee', 'channel_fee_reversal')
        and excluded_reason is null

)

select
    'settlement|' || lines.settlement_line_key as fee_key,
    'settlement' as charged_by,
    lines.platform,
    cast(null as text) as channel,
    lines.shop_id,
    lines.order_key,
    coalesce(lines.component, lines.type) as component,
    coalesce(lines.known_type, lines.type) as type,
    lines.currency,
    lines.settled_on as charged_on,
    cast(lines.amount as numeric(18, 2)) as charged_amount,
    cast(case when lines.place = 1 then components.expected_amount end as numeric(18, 2)) as expected_amount,
    case when lines.place = 1 and lines.component in ('commission', 'channel_fee') then components.base_amount end as base_amount,
    coalesce(lines.code, components.code) as code,
    lines.source_row
from lines
left join components
    on lines.order_key = components.order_key
        and lines.component = components.component

union all

select
    'expected|' || order_key || '|' || component as fee_key,
    'settlement' as charged_by,
    platform,
    cast(null as text) as channel,
    shop_id,
    order_key,
    component,
    component as type,
    currency,
    since_on as charged_on,
    cast(0 as numeric(18, 2)) as charged_amount,
    expected_amount,
    case when component in ('commission', 'channel_fee') then base_amount end as base_amount,
    code,
    order_source_row as source_row
from components
where line_count = 0
    and is_settled
    and since_on is not null

union all

select
    'channel|' || transactions.transaction_key as fee_key,
    'channel' as charged_by,
    orders.platform,
    transactions.channel,
    orders.shop_id,
    orders.order_key,
    'channel_fee' as component,
    case when transactions.fee_amount > 0 then 'channel_fee_reversal' else 'channel_fee' end as type,
    transactions.currency,
    transactions.occurred_on as charged_on,
    cast(transactions.fee_amount as numeric(18, 2)) as charged_amount,
    cast(null as numeric(18, 2)) as expected_amount,
    case when transactions.type = 'payment' then transactions.amount end as base_amount,
    cast(null as text) as code,
    transactions.source_row
from {{ ref("int_channel_transactions") }} as transactions
left join {{ ref("int_transactions_matched_to_orders") }} as matched
    on transactions.transaction_key = matched.transaction_key
left join (
    select payable_id, min(platform) as platform, min(shop_id) as shop_id, min(order_key) as order_key
    from {{ ref("int_orders") }}
    group by payable_id
) as orders
    on matched.payable_id = orders.payable_id
where transactions.fee_amount <> 0
    and transactions.status = 'success'

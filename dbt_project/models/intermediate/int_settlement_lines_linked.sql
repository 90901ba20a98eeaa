-- Grain: one row per settlement line, with its kind in our words and the order it names: by the order's number, by a
-- merchant order number that is one order's alone, or through its refund.

with

merchant_numbers as (

    select
        platform || '|' || merchant_order_no as number_key,
        min(order_key) as order_key
    from {{ ref("int_orders") }}
    where merchant_order_no is not null
    group by platform || '|' || merchant_order_no
    having count(*) = 1

),

refunds as (

    select refunds.refund_key, orders.order_key
    from {{ ref("int_refunds") }} as refunds
    inner join {{ ref("int_orders") }} as orders
        on refunds.order_key = orders.order_key

),

named as (

    select
        lines.*,
        coalesce(by_platform.type, by_word.type) as known_type,
        coalesce(orders.order_key, merchant_numbers.order_key, refunds.order_key) as order_key
    from {{ ref("int_settlement_lines") }} as lines
    left join {{ ref("settlement_line_types") }} as by_platform
        on lines.platform = by_platform.platform
            and lower(trim(lines.type)) = by_platform.word
            and coalesce(by_platform.valid_from <= lines.settled_on, true)
            and coalesce(by_platform.valid_to >= lines.settled_on, true)
    left join {{ ref("settlement_line_types") }} as by_word
        on by_word.platform is null
            and lower(trim(lines.type)) = by_word.word
            and coalesce(by_word.valid_from <= lines.settled_on, true)
            and coalesce(by_word.valid_to >= lines.settled_on, true)
    left join {{ ref("int_orders") }} as orders
        on lines.platform || '|' || lines.order_id = orders.order_key
    left join merchant_numbers
        on lines.platform || '|' || lines.order_id = merchant_numbers.number_key
    left join refunds
        on lines.order_id is null
            and lines.platform || '|' || lines.refund_id = refunds.refund_key

)

select
    *,
    -- What is charged and what is given back of it are compared one by one.
    case
        when known_type in ('sale', 'subsidy', 'refund', 'adjustment') then known_type
        when known_type in ('commission_reversal', 'channel_fee_reversal') then known_type
        when known_type in ('commission', 'channel_fee') and (amount > 0 or refund_id is not null)
            then known_type || '_reversal'
        when known_type in ('commission', 'channel_fee') then known_type
        when known_type is not null then 'other'
    end as component
from named

-- Grain: one row per order with a contract on the day it was paid: what its fees come to by the rate book, and when it
-- is to be settled. A row of the contract that names the shop or the category wins; an order with goods of several
-- categories is charged line by line in proportion (multiplied first: a share's own rounding would move halves of a cent).
-- Amounts here are positive.

{{ config(meta={"partition_by": "order"}) }}

with

orders as (

    select
        *,
        case when is_paid then paid_on else ordered_on end as agreed_on
    from {{ ref("int_orders") }}

),

lines as (

    select
        lines.platform || '|' || lines.order_id as order_key,
        lines.line_no,
        coalesce(lines.category, products.category, '') as category,
        lines.amount,
        sum(lines.amount) over (partition by lines.platform, lines.order_id) as lines_amount
    from {{ ref("int_order_lines") }} as lines
    left join {{ ref("int_products") }} as products
        on lines.sku = products.sku
    where lines.amount is not null

),

candidates as (

    select
        orders.order_key,
        coalesce(lines.amount, 1) as line_amount,
        coalesce(lines.lines_amount, 1) as lines_amount,
        orders.buyer_paid_amount,
        case coalesce(contracts.commission_base, 'buyer_paid')
            when 'buyer_paid' then orders.buyer_paid_amount
            when 'list' then orders.list_amount
            when 'list_after_discount' then orders.list_amount - coalesce(orders.discount_amount, 0)
            when 'buyer_paid_without_freight' then orders.buyer_paid_amount - coalesce(orders.freight_amount, 0)
            when 'buyer_paid_and_subsidy' then orders.buyer_paid_amount + coalesce(orders.subsidy_amount, 0)
        end as base_amount,
        coalesce(contracts.rounding, 'half_up') as rounding_rule,
        contracts.*,
        row_number() over (
            partition by orders.order_key, lines.line_no
            order by
                case when contracts.shop_id = '' then 1 else 0 end,
                case when contracts.category = '' then 1 else 0 end,
                contracts.valid_from desc
        ) as choice
    from orders
    left join lines
        on orders.order_key = lines.order_key
            and lines.lines_amount <> 0
    inner join {{ ref("int_contracts") }} as contracts
        on orders.platform = contracts.platform
            and contracts.shop_id in ('', coalesce(orders.shop_id, ''))
            and contracts.category in ('', coalesce(lines.category, ''))
            and coalesce(contracts.valid_from <= orders.agreed_on, true)
            and coalesce(contracts.valid_to >= orders.agreed_on, true)

),

priced as (

    select
        *,
        {{ divided("commission_rate * base_amount * line_amount", "lines_amount") }} as commission_part,
        {{ divided("channel_fee_rate * buyer_paid_amount * line_amount", "lines_amount") }} as channel_fee_part
    from candidates
    where choice = 1

)

select
    order_key,
    min(commission_rate) as commission_rate,
    max(commission_rate) as highest_commission_rate,
    min(channel_fee_rate) as channel_fee_rate,
    max(base_amount) as base_amount,
    min(rounding_rule) as rounding_rule,
    max(valid_from) as terms_from,
    max(settle_days) as settle_days,
    min(settle_from) as settle_from,
    -- Rounded once, or line by line: both are in use.
    {{ rounded("sum(commission_part)", "min(rounding_rule)") }} as commission_by_order,
    sum({{ rounded("commission_part", "rounding_rule") }}) as commission_by_line,
    sum(case when commission_returned_on_refund then commission_part else 0 end) as returnable_commission,
    {{ rounded("sum(channel_fee_part)", "min(rounding_rule)") }} as channel_fee_by_order,
    sum(case when channel_fee_returned_on_refund then channel_fee_part else 0 end) as returnable_channel_fee,
    max(case when commission_part is null then 1 else 0 end) = 0 as has_commission_terms,
    max(case when channel_fee_part is null then 1 else 0 end) = 0 as has_channel_fee_terms
from priced
group by order_key

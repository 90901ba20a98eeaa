-- Grain: one row per platform and question that contracts leave open, with the answer that most of its settlement lines
-- give: does a sale line contain the subsidy, is commission rounded per order or per line of it.

with

orders as (

    select
        orders.platform,
        orders.owed_amount,
        orders.subsidy_amount,
        terms.commission_by_order,
        terms.commission_by_line,
        sales.amount as sale_amount,
        -commissions.amount as commission_amount
    from {{ ref("int_orders") }} as orders
    inner join {{ ref("int_settlement_lines_summed") }} as sales
        on orders.order_key = sales.order_key
            and sales.component = 'sale'
    left join {{ ref("int_settlement_lines_summed") }} as commissions
        on orders.order_key = commissions.order_key
            and commissions.component = 'commission'
    left join {{ ref("int_orders_with_terms") }} as terms
        on orders.order_key = terms.order_key

),

subsidised as (

    select * from orders where subsidy_amount > 0

),

rounded as (

    select * from orders where commission_by_order <> commission_by_line

)

select
    platform,
    'sale' as question,
    basis
from ({{ prevailing_basis("subsidised", ["platform"], {
    "buyer_paid": "sale_amount = owed_amount",
    "with_subsidy": "sale_amount = owed_amount + subsidy_amount",
}) }}) as sale_basis

union all

select
    platform,
    'commission' as question,
    basis
from ({{ prevailing_basis("rounded", ["platform"], {
    "by_order": "commission_amount = commission_by_order",
    "by_line": "commission_amount = commission_by_line",
}) }}) as commission_basis

-- Grain: one row per refund that a platform made, with what was approved for it. The last approved amount counts; a
-- case refunded in several parts is expected part by part, and its last part carries what exceeds the approval.

with

refunds as (

    select
        *,
        count(*) over (partition by after_sale_key) as part_count,
        sum(amount) over (partition by after_sale_key) as case_amount,
        row_number() over (partition by after_sale_key order by refunded_at desc, refund_id desc) as part_from_last
    from {{ ref("int_refunds") }}

),

cases as (

    select * from {{ ref("int_after_sales") }}

),

orders_with_case as (

    select distinct order_key from cases

),

platforms_with_cases as (

    select distinct platform from cases

),

expected as (

    select
        refunds.*,
        cases.approved_amount,
        case
            when refunds.after_sale_key is null or cases.approved_amount is null then refunds.amount
            when refunds.part_count = 1 then cases.approved_amount
            when refunds.part_from_last = 1 and refunds.case_amount > cases.approved_amount
                then greatest(refunds.amount - (refunds.case_amount - cases.approved_amount), 0)
            else refunds.amount
        end as expected_amount,
        case
            when platforms_with_cases.platform is null then true
            when cases.after_sale_key is null then orders_with_case.order_key is not null
            else cases.status not in ('rejected', 'cancelled')
        end as has_case
    from refunds
    left join cases
        on refunds.after_sale_key = cases.after_sale_key
    left join orders_with_case
        on refunds.order_key = orders_with_case.order_key
    left join platforms_with_cases
        on refunds.platform = platforms_with_cases.platform

)

select
    expected.*,
    orders.payable_id,
    orders.shop_id,
    orders.currency,
    coalesce(payables.paying_channel, expected.pay_channel, orders.pay_channel) as paying_channel,
    active.covered_from
from expected
left join {{ ref("int_orders") }} as orders
    on expected.order_key = orders.order_key
left join {{ ref("int_payables_with_transactions") }} as payables
    on orders.payable_id = payables.payable_id
left join {{ ref("int_active_shops") }} as active
    on orders.platform = active.platform
        and coalesce(orders.shop_id, '') = active.shop_id
        and coalesce(orders.pay_channel, '') = active.pay_channel

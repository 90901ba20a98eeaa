-- Grain: one row per refund transaction of a channel, with the refund it pays, or what an outflow without one means.

with

transactions as (

    select
        transactions.*,
        matched.refund_key,
        matched.match_rule,
        payables.platform,
        payables.shop_id,
        payables.order_id,
        payables.order_count,
        greatest(payables.received_amount - payables.owed_amount, 0) as surplus_amount
    from {{ ref("int_refund_transactions") }} as transactions
    left join {{ ref("int_refunds_matched_to_transactions") }} as matched
        on transactions.transaction_key = matched.transaction_key
    left join {{ ref("int_payables_with_transactions") }} as payables
        on transactions.payable_id = payables.payable_id

),

open_cases as (

    select
        orders.payable_id,
        min(cases.after_sale_id) as after_sale_id,
        min(coalesce(cases.approved_amount, cases.applied_amount)) as approved_amount
    from {{ ref("int_after_sales") }} as cases
    inner join {{ ref("int_orders") }} as orders
        on cases.order_key = orders.order_key
    left join {{ ref("int_refund_claims") }} as claims
        on cases.after_sale_key = claims.after_sale_key
    where cases.status in ('approved', 'returning', 'refunded')
        and cases.type in ('refund_only', 'return_refund')
        and claims.refund_key is null
    group by orders.payable_id
    having count(*) = 1

),

any_case as (

    select max(case when platform is null then 0 else 1 end) as exists_somewhere
    from {{ ref("int_after_sales") }}

),

decided as (

    select
        transactions.*,
        open_cases.after_sale_id,
        open_cases.approved_amount,
        sum(case when transactions.refund_key is null and transactions.status = 'success' then transactions.amount end)
            over (partition by transactions.payable_id) as unexplained_amount,
        case
            when transactions.status <> 'success' then 'not_successful'
            when any_case.exists_somewhere is null and transactions.refund_key is null then 'no_counterpart_source'
        end as excluded_reason
    from transactions
    cross join any_case
    left join open_cases
        on transactions.payable_id = open_cases.payable_id

)

select
    *,
    case
        when excluded_reason is not null or refund_key is not null then null
        -- The channel sent a surplus back by itself: a second payment, or one on a closed order.
        when surplus_amount > 0 and -unexplained_amount <= surplus_amount then null
        when after_sale_id is not null and -amount = approved_amount then null
        when after_sale_id is not null and unexplained_amount = amount then 'RF03'
        else 'RF02'
    end as code
from decided

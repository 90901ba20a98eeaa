-- Grain: one row per compensation in a channel's bill, with how much of it was approved for its order. The one place
-- where the after-sales leg decides about compensations. What no approval of just its amount stands for rests on the
-- approvals that are left, in the order of time.

with

compensations as (

    select * from {{ ref("int_compensations") }}

),

unused as (

    select
        orders.payable_id,
        sum(approvals.amount) as amount
    from {{ ref("int_compensation_approvals") }} as approvals
    inner join {{ ref("int_orders") }} as orders
        on approvals.order_key = orders.order_key
    left join compensations
        on approvals.approval_key = compensations.approval_key
    where compensations.approval_key is null
    group by orders.payable_id

),

counted as (

    select
        compensations.*,
        payables.platform,
        payables.shop_id,
        payables.order_id,
        payables.source_row as order_source_row,
        coalesce(unused.amount, 0) as unused_amount,
        sum(
            case when approval_key is null and status = 'success' then greatest(-compensations.amount, 0) else 0 end
        ) over (
            partition by compensations.payable_id order by occurred_at, transaction_key rows unbounded preceding
        ) as running_amount
    from compensations
    left join unused
        on compensations.payable_id = unused.payable_id
    left join {{ ref("int_payables") }} as payables
        on compensations.payable_id = payables.payable_id

),

covered as (

    select
        *,
        case
            when approval_key is not null then -amount
            when payable_id is null or status <> 'success' then 0
            else greatest(least(-amount, unused_amount - (running_amount + amount)), 0)
        end as approved_amount,
        case
            when status <> 'success' then 'not_successful'
            when amount >= 0 then 'nothing_paid_out'
            when not has_approvals then 'no_counterpart_source'
        end as excluded_reason
    from counted

)

select
    transaction_key,
    channel,
    transaction_id,
    request_no,
    account_id,
    merchant_order_no,
    platform,
    shop_id,
    order_id,
    status,
    currency,
    amount,
    approved_amount,
    approval_key,
    occurred_on,
    source_row,
    order_source_row,
    excluded_reason,
    case when excluded_reason is null and approved_amount < -amount then 'RF12' end as code,
    case
        when excluded_reason is not null then 'excluded'
        when approved_amount < -amount then 'exception'
        else 'matched'
    end as state
from covered

-- Grain: one row per payable and currency with cashback promised or paid, and per cashback that belongs to no order.

with

matched as (

    select
        coalesce(promised.payable_id, paid.payable_id) as payable_id,
        coalesce(promised.currency, paid.currency) as currency,
        promised.order_id as promising_order_id,
        coalesce(promised.bearer, 'merchant') as bearer,
        coalesce(promised.promised_amount, 0) as promised_amount,
        coalesce(promised.owed_amount, 0) as owed_amount,
        coalesce(promised.least_amount, 0) as least_amount,
        promised.due_on,
        promised.source_row,
        coalesce(paid.paid_amount, 0) as paid_amount,
        coalesce(paid.paid_count, 0) as paid_count,
        paid.smallest_amount,
        paid.channel,
        paid.account_id,
        paid.transaction_id,
        paid.merchant_order_no,
        paid.paid_on,
        coalesce(paid.is_active, false) as is_active,
        paid.transaction_source_row
    from {{ ref("int_cashbacks_promised") }} as promised
    full outer join {{ ref("int_cashbacks_paid") }} as paid
        on promised.payable_id = paid.payable_id
            and promised.currency = paid.currency

)

select
    matched.*,
    payables.platform,
    payables.shop_id,
    payables.pay_channel,
    coalesce(matched.promising_order_id, payables.order_id) as order_id,
    payables.payable_id is not null as has_order,
    active.covered_from
from matched
left join {{ ref("int_payables") }} as payables
    on matched.payable_id = payables.payable_id
left join {{ ref("int_active_shops") }} as active
    on payables.platform = active.platform
        and coalesce(payables.shop_id, '') = active.shop_id
        and coalesce(payables.pay_channel, '') = active.pay_channel

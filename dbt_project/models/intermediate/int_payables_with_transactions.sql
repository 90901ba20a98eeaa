-- Grain: one row per payable with what the channels received, tried and gave back for it.

{{ config(meta={"partition_by": "order", "through": {"transaction_key": "int_transactions_matched_to_orders"}}) }}

with

payables as (

    select * from {{ ref("int_payables") }}

),

transactions as (

    select
        matched.payable_id,
        payables.currency as payable_currency,
        transactions.*
    from {{ ref("int_channel_transactions") }} as transactions
    inner join {{ ref("int_transactions_matched_to_orders") }} as matched
        on transactions.transaction_key = matched.transaction_key
    inner join payables
        on matched.payable_id = payables.payable_id

),

payments as (

    select
        payable_id,
        sum(case when status = 'success' and currency = payable_currency then 1 else 0 end) as payment_count,
        sum(case when status = 'success' and currency = payable_currency then amount else 0 end) as received_amount,
        min(case when status = 'success' and currency = payable_currency then amount end) as smallest_amount,
        sum(case when status = 'success' and currency <> payable_currency then 1 else 0 end) as foreign_count,
        sum(case when status = 'success' and currency <> payable_currency then amount else 0 end) as foreign_amount,
        min(case when status = 'success' and currency <> payable_currency then currency end) as foreign_currency,
        sum(case when status in ('failed', 'closed') then 1 else 0 end) as failed_count,
        sum(case when status = 'processing' then 1 else 0 end) as processing_count,
        min(case when status = 'success' then channel end) as paying_channel,
        min(channel) as tried_channel,
        min(case when status = 'success' then account_id end) as account_id,
        min(case when status = 'success' then transaction_id end) as transaction_id,
        max(case when status = 'success' then occurred_on end) as received_on,
        min(source_row) as payment_source_row
    from transactions
    where type = 'payment'
    group by payable_id

),

outflows as (

    select
        payable_id,
        -sum(case when type = 'refund' then amount else 0 end) as outflow_amount,
        -sum(case when type = 'compensation' then amount else 0 end) as compensation_amount
    from transactions
    where type in ('refund', 'compensation')
        and status = 'success'
        and currency = payable_currency
    group by payable_id

)

select
    payables.*,
    coalesce(payments.payment_count, 0) as payment_count,
    coalesce(payments.received_amount, 0) as received_amount,
    payments.smallest_amount,
    coalesce(payments.foreign_count, 0) as foreign_count,
    coalesce(payments.foreign_amount, 0) as foreign_amount,
    payments.foreign_currency,
    coalesce(payments.failed_count, 0) as failed_count,
    coalesce(payments.processing_count, 0) as processing_count,
    payments.paying_channel,
    coalesce(payments.paying_channel, payments.tried_channel) as channel,
    payments.account_id,
    payments.transaction_id,
    payments.received_on,
    payments.payment_source_row,
    coalesce(outflows.outflow_amount, 0) as outflow_amount,
    coalesce(outflows.compensation_amount, 0) as compensation_amount,
    coalesce(refunds.refunded_amount, 0) as refunded_amount,
    coalesce(refunds.kept_refunded_amount, 0) as kept_refunded_amount
from payables
left join payments
    on payables.payable_id = payments.payable_id
left join outflows
    on payables.payable_id = outflows.payable_id
left join {{ ref("int_payables_refunded") }} as refunds
    on payables.payable_id = refunds.payable_id

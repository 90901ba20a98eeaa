-- Grain: one row per order with its part of what the channels took, kept and gave back for it and those paid with it.

{{ config(meta={"partition_by": "order", "through": {"transaction_key": "int_transactions_matched_to_orders"}}) }}

with

transactions as (

    select
        matched.payable_id,
        transactions.type,
        transactions.amount,
        coalesce(transactions.fee_amount, 0) as fee_amount
    from {{ ref("int_channel_transactions") }} as transactions
    inner join {{ ref("int_transactions_matched_to_orders") }} as matched
        on transactions.transaction_key = matched.transaction_key
    inner join {{ ref("int_payables") }} as payables
        on matched.payable_id = payables.payable_id
            and transactions.currency = payables.currency
    where transactions.status = 'success'

),

payables as (

    select
        payable_id,
        sum(case when type = 'payment' then amount else 0 end) as received_amount,
        sum(case when type = 'refund' then amount else 0 end) as channel_refund_amount,
        sum(case when type = 'cashback' then amount else 0 end) as cashback_amount,
        sum(case when type = 'compensation' then amount else 0 end) as compensation_amount,
        sum(case when type in ('fee', 'fee_reversal') then amount else 0 end) + sum(fee_amount) as channel_fee_amount
    from transactions
    group by payable_id

),

parts as (

    select
        orders.order_key,
        orders.payable_id,
        coalesce(
            {{ divided("orders.buyer_paid_amount", "sum(orders.buyer_paid_amount) over of_payable") }}, 0
        ) as part,
        row_number() over (partition by orders.payable_id order by orders.order_id) as place,
        coalesce(payables.received_amount, 0) as received_amount,
        coalesce(payables.channel_refund_amount, 0) as channel_refund_amount,
        coalesce(payables.cashback_amount, 0) as cashback_amount,
        coalesce(payables.compensation_amount, 0) as compensation_amount,
        coalesce(payables.channel_fee_amount, 0) as channel_fee_amount
    from {{ ref("int_orders") }} as orders
    left join payables
        on orders.payable_id = payables.payable_id
    window of_payable as (partition by orders.payable_id)

)

select
    order_key,
    {{ allotted("received_amount") }} as received_amount,
    {{ allotted("channel_refund_amount") }} as channel_refund_amount,
    {{ allotted("cashback_amount") }} as cashback_paid_amount,
    {{ allotted("compensation_amount") }} as compensation_amount,
    {{ allotted("channel_fee_amount") }} as channel_fee_amount
from parts

-- Grain: one row per successful payment that belongs to no order. An account of which no payment at all belongs to
-- an order is another business's: it is not reconciled.

with

payments as (

    select
        transactions.*,
        matched.payable_id
    from {{ ref("int_channel_transactions") }} as transactions
    left join {{ ref("int_transactions_matched_to_orders") }} as matched
        on transactions.transaction_key = matched.transaction_key
    where transactions.type = 'payment'
        and transactions.status = 'success'

),

accounts as (

    select distinct
        channel,
        coalesce(account_id, '') as account_id
    from payments
    where payable_id is not null

)

select
    payments.transaction_key,
    payments.channel,
    payments.account_id,
    payments.transaction_id,
    payments.merchant_order_no,
    payments.currency,
    payments.amount,
    payments.occurred_at,
    payments.occurred_on,
    payments.source_row,
    accounts.channel is not null as is_active
from payments
left join accounts
    on payments.channel = accounts.channel
        and coalesce(payments.account_id, '') = accounts.account_id
where payments.payable_id is null

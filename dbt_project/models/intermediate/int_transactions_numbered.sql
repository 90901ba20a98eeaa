-- Grain: one row per successful transaction in a channel's bill with the number that it shares with what undoes it: a refund
-- and its return have one request number, a transfer's return names the transfer.

with

transactions as (

    select *
    from {{ ref("int_channel_transactions") }}
    where status = 'success'

),

transfers as (

    select distinct channel, transaction_id from transactions where type = 'transfer'

)

select
    transactions.*,
    case
        when transactions.request_no <> '' then first_value(transactions.transaction_id) over (
            partition by transactions.channel, transactions.account_id, transactions.type, transactions.request_no
            order by transactions.occurred_at, transactions.transaction_id
        )
        else coalesce(transfers.transaction_id, transactions.transaction_id)
    end as transaction_no
from transactions
left join transfers
    on transactions.channel = transfers.channel
        and transactions.original_transaction_id = transfers.transaction_id
        and transactions.type = 'transfer'

-- Grain: one row per successful transaction in a channel's bill with the number that it shares with what undoes it: a refund
-- and its return have one request number, and so have the fees of both; a transfer's return names the transfer.

with

transactions as (

    select
        *,
        case when type in ('fee', 'fee_reversal') then 1 else 0 end as is_fee
    from {{ ref("int_channel_transactions") }}
    where status = 'success'

),

-- A fee is of the type of what its request did.
typed as (

    select
        *,
        case when is_fee = 1
            then max(case when is_fee = 0 then type end) over (partition by channel, account_id, request_no)
            else type
        end as request_type
    from transactions

),

transfers as (

    select distinct channel, transaction_id from transactions where type = 'transfer'

)

select
    typed.*,
    case
        when typed.request_no <> '' then first_value(typed.transaction_id) over (
            partition by typed.channel, typed.account_id, typed.request_no, typed.request_type
            order by typed.is_fee, typed.occurred_at, typed.transaction_id
        )
        else coalesce(transfers.transaction_id, typed.transaction_id)
    end as transaction_no
from typed
left join transfers
    on typed.channel = transfers.channel
        and typed.original_transaction_id = transfers.transaction_id
        and typed.type = 'transfer'

-- Grain: one row per successful transaction of a channel's bill that is a payment, a refund or a fee, or that a fee was
-- kept of: the fee (− charged, + given back) and the payment that it is for, by number, else the only one of its order.

with

transactions as (

    select
        transactions.*,
        matched.payable_id,
        coalesce(transactions.account_id, '') as wallet_id,
        coalesce(transactions.fee_amount, 0)
            + case when transactions.type in ('fee', 'fee_reversal') then transactions.amount else 0 end as charged_amount
    from {{ ref("int_channel_transactions") }} as transactions
    left join {{ ref("int_transactions_matched_to_orders") }} as matched
        on transactions.transaction_key = matched.transaction_key
    where transactions.status = 'success'

),

payments as (

    select channel, transaction_id, min(transaction_key) as transaction_key
    from transactions
    where type = 'payment'
    group by channel, transaction_id

),

only_payments as (

    select channel, payable_id, min(transaction_key) as transaction_key
    from transactions
    where type = 'payment'
        and payable_id is not null
    group by channel, payable_id
    having count(*) = 1

)

select
    transactions.transaction_key,
    transactions.transaction_id,
    transactions.channel,
    transactions.account_id,
    transactions.wallet_id,
    transactions.type,
    transactions.currency,
    transactions.amount,
    transactions.charged_amount,
    transactions.occurred_on,
    transactions.source_row,
    transactions.payable_id,
    case
        when payables.payable_id is not null then payables.platform
        when wallets.place_shop_id is not null then wallets.place_platform
    end as platform,
    case when payables.payable_id is null then wallets.place_shop_id else payables.shop_id end as shop_id,
    payables.order_id,
    -- What a refund or a fee given back says of it, and a charge that is positive.
    case
        when transactions.type in ('refund', 'fee_reversal') then 'channel_fee_reversal'
        when transactions.type <> 'payment' and transactions.charged_amount > 0 then 'channel_fee_reversal'
        else 'channel_fee'
    end as component,
    case
        when transactions.type = 'payment' then transactions.transaction_key
        when transactions.type in ('refund', 'fee', 'fee_reversal')
            then coalesce(named.transaction_key, only_payments.transaction_key)
    end as payment_key
from transactions
inner join {{ ref("int_wallets") }} as wallets
    on transactions.channel = wallets.channel
        and transactions.wallet_id = wallets.account_id
left join {{ ref("int_payables") }} as payables
    on transactions.payable_id = payables.payable_id
left join payments as named
    on transactions.channel = named.channel
        and coalesce(transactions.original_transaction_id, transactions.transaction_id) = named.transaction_id
left join only_payments
    on transactions.channel = only_payments.channel
        and transactions.payable_id = only_payments.payable_id
where transactions.type in ('payment', 'refund', 'fee', 'fee_reversal')
    or transactions.charged_amount <> 0

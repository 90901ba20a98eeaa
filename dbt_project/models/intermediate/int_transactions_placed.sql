-- Grain: one row per successful transaction of a channel's bill with whose money it is: the shop's whose order it
-- belongs to, else its account's. Transfers are left out: they move what was settled before.

select
    transactions.transaction_key,
    transactions.channel,
    coalesce(transactions.account_id, '') as wallet_id,
    transactions.transaction_id,
    transactions.channel || '|' || transactions.transaction_no as number_key,
    transactions.type,
    transactions.currency,
    transactions.amount,
    coalesce(transactions.fee_amount, 0) as fee_amount,
    transactions.amount + coalesce(transactions.fee_amount, 0) as net_amount,
    transactions.occurred_on,
    payables.payable_id,
    wallets.has_ledger,
    case when payables.payable_id is null then wallets.place_platform else payables.platform end as platform,
    case when payables.payable_id is null then wallets.place_shop_id else payables.shop_id end as shop_id,
    case when payables.payable_id is null then wallets.place_account_id end as account_id
from {{ ref("int_transactions_numbered") }} as transactions
-- Each transaction has a wallet. DuckDB 2.0 stops where an inner join with few rows feeds an outer one that is put aside.
left join {{ ref("int_wallets") }} as wallets
    on transactions.channel = wallets.channel
        and coalesce(transactions.account_id, '') = wallets.account_id
left join {{ ref("int_transactions_matched_to_orders") }} as matched
    on transactions.transaction_key = matched.transaction_key
left join {{ ref("int_payables") }} as payables
    on matched.payable_id = payables.payable_id
where transactions.type <> 'transfer'

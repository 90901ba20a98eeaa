-- Grain: one row per transaction number of a channel's bill with what its wallet's lines of that number come to, and how
-- large a share of its account's transactions of that type is in the wallet at all.

with

bill as (

    select
        channel,
        account_id,
        transaction_no as transaction_id,
        min(type) as type,
        min(currency) as currency,
        sum(amount) as bill_amount,
        sum(amount + coalesce(fee_amount, 0)) as net_amount,
        min(occurred_on) as first_on,
        max(occurred_on) as occurred_on,
        min(source_row) as source_row
    from {{ ref("int_transactions_numbered") }}
    group by channel, account_id, transaction_no

),

wallet as (

    select
        channel,
        transaction_id,
        sum(amount) as wallet_amount,
        -- Platforms book further charges of a trade under its number, which no bill of the channel has.
        sum(case when type in ('fee', 'fee_reversal') then 0 else amount end) as principal_amount,
        sum(case when is_same_type then amount else 0 end) as same_type_amount,
        min(account_id) as wallet_account_id,
        min(source_row) as wallet_source_row
    from {{ ref("int_wallet_lines_matched_to_transactions") }}
    group by channel, transaction_id

),

found as (

    select
        bill.channel,
        coalesce(bill.account_id, '') as account_id,
        coalesce(bill.type, '') as type,
        {{ divided("count(wallet.transaction_id)", "count(*)") }} as found_share,
        max(wallet.wallet_account_id) as wallet_account_id
    from bill
    left join wallet
        on bill.channel = wallet.channel
            and bill.transaction_id = wallet.transaction_id
    group by bill.channel, coalesce(bill.account_id, ''), coalesce(bill.type, '')

),

wallets as (

    select
        channel,
        account_id,
        max(wallet_account_id) as wallet_account_id
    from found
    group by channel, account_id

)

select
    bill.*,
    wallet.wallet_amount,
    wallet.principal_amount,
    wallet.same_type_amount,
    wallet.wallet_source_row,
    wallet.transaction_id is not null as is_in_wallet,
    found.found_share,
    wallets.wallet_account_id
from bill
left join wallet
    on bill.channel = wallet.channel
        and bill.transaction_id = wallet.transaction_id
inner join found
    on bill.channel = found.channel
        and coalesce(bill.account_id, '') = found.account_id
        and coalesce(bill.type, '') = found.type
inner join wallets
    on bill.channel = wallets.channel
        and coalesce(bill.account_id, '') = wallets.account_id

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

compared as (

    select
        bill.*,
        wallet.wallet_amount,
        wallet.principal_amount,
        wallet.same_type_amount,
        wallet.wallet_source_row,
        wallet.wallet_account_id as line_account_id,
        wallet.transaction_id is not null as is_in_wallet
    from bill
    left join wallet
        on bill.channel = wallet.channel
            and bill.transaction_id = wallet.transaction_id

),

found as (

    select
        channel,
        coalesce(account_id, '') as account_id,
        coalesce(type, '') as type,
        {{ divided("sum(case when is_in_wallet then 1 else 0 end)", "count(*)") }} as found_share,
        max(line_account_id) as wallet_account_id
    from compared
    group by channel, coalesce(account_id, ''), coalesce(type, '')

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
    {% for column in [
        "channel", "account_id", "transaction_id", "type", "currency", "bill_amount", "net_amount", "first_on", "occurred_on",
        "source_row", "wallet_amount", "principal_amount", "same_type_amount", "wallet_source_row", "is_in_wallet"
    ] -%}
    compared.{{ column }},
    {% endfor -%}
    found.found_share,
    wallets.wallet_account_id
from compared
inner join found
    on compared.channel = found.channel
        and coalesce(compared.account_id, '') = found.account_id
        and coalesce(compared.type, '') = found.type
inner join wallets
    on compared.channel = wallets.channel
        and coalesce(compared.account_id, '') = wallets.account_id

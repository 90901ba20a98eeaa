-- Grain: one row per channel and account, with the shop whose money it holds, where that is one shop alone, and whether
-- its wallet ledger is delivered at all.

with

accounts as (

    select channel, coalesce(account_id, '') as account_id from {{ ref("int_channel_transactions") }}
    union
    select channel, account_id from {{ ref("int_wallet_lines") }}

),

shops as (

    select
        transactions.channel,
        coalesce(transactions.account_id, '') as account_id,
        count(distinct payables.platform || '|' || coalesce(payables.shop_id, '')) as shop_count,
        min(payables.platform) as platform,
        min(payables.shop_id) as shop_id
    from {{ ref("int_channel_transactions") }} as transactions
    inner join {{ ref("int_transactions_matched_to_orders") }} as matched
        on transactions.transaction_key = matched.transaction_key
    inner join {{ ref("int_payables") }} as payables
        on matched.payable_id = payables.payable_id
    where transactions.type = 'payment'
        and transactions.status = 'success'
    group by transactions.channel, coalesce(transactions.account_id, '')

),

-- A ledger belongs to the account that it names, and to the one whose transactions it holds.
ledgers as (

    select channel, account_id from {{ ref("int_wallet_lines") }}

    union

    select
        lines.channel,
        coalesce(transactions.account_id, '') as account_id
    from {{ ref("int_wallet_lines_matched_to_transactions") }} as lines
    inner join {{ ref("int_channel_transactions") }} as transactions
        on lines.channel = transactions.channel
            and lines.transaction_id = transactions.transaction_id

),

owned as (

    select
        accounts.channel,
        accounts.account_id,
        ledgers.channel is not null as has_ledger,
        coalesce(shops.shop_count = 1 and shops.shop_id is not null, false) as is_of_one_shop,
        shops.platform,
        shops.shop_id
    from accounts
    left join shops
        on accounts.channel = shops.channel
            and accounts.account_id = shops.account_id
    left join ledgers
        on accounts.channel = ledgers.channel
            and accounts.account_id = ledgers.account_id

)

select
    channel,
    account_id,
    has_ledger,
    case when is_of_one_shop then platform else channel end as place_platform,
    case when is_of_one_shop then shop_id end as place_shop_id,
    case when not is_of_one_shop then nullif(account_id, '') end as place_account_id
from owned

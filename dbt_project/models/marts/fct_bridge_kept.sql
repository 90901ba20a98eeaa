-- Grain: one row per entry of the bridge about what accounts keep: a month's lines of a wallet, payouts included, or
-- what the bill of an account without a ledger says came in.

{{ config(materialized="view") }}

with

wallets as (

    select
        channel,
        account_id as wallet_id,
        place_platform as platform,
        place_shop_id as shop_id,
        place_account_id as account_id
    from {{ ref("int_wallets") }}

),

lines as (

    select
        wallet_id, currency, platform, shop_id, account_id, occurred_on, amount,
        'ledger|' || channel || '|' || wallet_id || '|' || cast({{ month_start("occurred_on") }} as text) as wallet_month
    from {{ ref("int_wallet_lines_placed") }}

    union all

    select
        wallet_id, currency, platform, shop_id, account_id, occurred_on, net_amount,
        'bill|' || channel || '|' || wallet_id || '|' || cast({{ month_start("occurred_on") }} as text)
    from {{ ref("int_transactions_placed") }}
    where not has_ledger

),

told as (

    select
        channel, account_id as wallet_id, currency, occurred_on, amount,
        'ledger|' || channel || '|' || account_id || '|' || cast({{ month_start("occurred_on") }} as text) as wallet_month
    from {{ ref("fct_wallet_lines") }}

    union all

    select
        channel, wallet_id, currency, occurred_on, net_amount,
        'bill|' || channel || '|' || wallet_id || '|' || cast({{ month_start("occurred_on") }} as text)
    from {{ ref("int_transactions_placed") }}
    where not has_ledger

),

kept as (

    select
        told.wallet_month,
        told.wallet_id,
        told.currency,
        wallets.platform,
        wallets.shop_id,
        wallets.account_id,
        max(told.occurred_on) as occurred_on,
        sum(told.amount) as amount
    from told
    inner join wallets
        on told.channel = wallets.channel
            and told.wallet_id = wallets.wallet_id
    group by
        told.wallet_month, told.wallet_id, told.currency, wallets.platform, wallets.shop_id, wallets.account_id

)

{% set wallet = {"item_type": "wallet_month", "item_key": "wallet_month", "item_id": "wallet_id",
    "business_on": "occurred_on", "amount": "-amount"} %}

{{ bridge_entries("lines", wallet) }}
union all
{{ bridge_entries("kept", dict(wallet, line="'kept_in_wallet'")) }}

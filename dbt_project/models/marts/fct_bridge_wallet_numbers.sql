-- Grain: one row per entry of the bridge about the numbers of channels' bills (a trade's receipt, fee and refunds may
-- share one) and what wallets booked under them. Channels that deliver no ledger are left out: their money stays what
-- the bill says.

{{ config(materialized="view") }}

with

bill as (

    select
        *,
        row_number() over (partition by number_key order by occurred_on, transaction_key) as place
    from {{ ref("int_transactions_placed") }}
    where has_ledger

),

lines as (

    select * from {{ ref("int_wallet_lines_placed") }} where number_key is not null

),

compared as (

    select
        facts.channel || '|' || facts.transaction_id as number_key,
        min(facts.channel) as channel,
        min(facts.transaction_id) as transaction_id,
        min(facts.currency) as currency,
        sum(facts.net_amount) as net_amount,
        coalesce(max(facts.wallet_amount), 0) as wallet_amount,
        min(coalesce(facts.code, facts.excluded_reason)) as word
    from {{ ref("fct_wallet_transactions") }} as facts
    inner join {{ ref("int_wallets") }} as wallets
        on facts.channel = wallets.channel
            and coalesce(facts.account_id, '') = wallets.account_id
    where wallets.has_ledger
        and facts.type <> 'transfer'
    group by facts.channel || '|' || facts.transaction_id

),

placed as (

    select
        compared.*,
        bill.platform,
        bill.shop_id,
        bill.account_id,
        bill.occurred_on,
        coalesce(wallet.currency, compared.currency) as wallet_currency,
        compared.wallet_amount - compared.net_amount as gap_amount,
        case when compared.wallet_amount = compared.net_amount then 0 else
            {{ tolerance("wallets", "compared.channel", "compared.currency", "bill.occurred_on") }}
        end as tolerance_amount
    from compared
    left join bill
        on compared.number_key = bill.number_key
            and bill.place = 1
    left join (select number_key, min(currency) as currency from lines group by number_key) as wallet
        on compared.number_key = wallet.number_key

),

named as (

    select
        *,
        case
            when currency <> wallet_currency then 'other_currency'
            when word is not null then word
            when abs(gap_amount) <= tolerance_amount then 'tolerance'
            else 'wallet_charges'
        end as line
    from placed

)

{% set number = {"item_type": "number", "item_key": "number_key", "business_on": "occurred_on"} %}
{% set fact = dict(number, item_id="transaction_id", line="line") %}

{{ bridge_entries("bill", dict(number, amount="-net_amount")) }}
union all
{{ bridge_entries("lines", number) }}
union all
{{ bridge_entries("named", dict(fact, amount="-net_amount")) }}
union all
{{ bridge_entries("named", dict(fact, currency="wallet_currency", amount="wallet_amount")) }}

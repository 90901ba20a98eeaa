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
        max(facts.same_type_amount) - sum(facts.bill_amount) as same_type_gap,
        max(facts.principal_amount) - sum(facts.bill_amount) as principal_gap,
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
        bill.platform, bill.shop_id, bill.account_id, bill.occurred_on,
        coalesce(wallet.currency, compared.currency) as wallet_currency,
        compared.wallet_amount - compared.net_amount as gap_amount,
        case when compared.wallet_amount = compared.net_amount then cast(0 as numeric(18, 2)) else
            {{ tolerance("wallets", "compared.channel", "compared.currency", "bill.occurred_on") }}
        end as tolerance_amount
    from compared
    left join bill
        on compared.number_key = bill.number_key
            and bill.place = 1
    left join (select number_key, min(currency) as currency from lines group by number_key) as wallet
        on compared.number_key = wallet.number_key

),

-- Of a number whose wallet lines hold further charges, the cent that was let pass is told apart from these.
named as (

    select
        *,
        case
            when word is not null then 0
            when abs(gap_amount) <= tolerance_amount then gap_amount
            when same_type_gap = 0 or principal_gap = 0 then 0
            when abs(same_type_gap) <= tolerance_amount then same_type_gap
            when abs(principal_gap) <= tolerance_amount then principal_gap
            else 0
        end as tolerated_amount
    from placed

)

{% set number = {"item_type": "number", "item_key": "number_key", "business_on": "occurred_on"} %}
{% set fact = dict(number, item_id="transaction_id") %}
{% set charged = dict(fact, line="coalesce(word, 'wallet_charges')", amount="gap_amount - tolerated_amount") %}
{% set converted = dict(fact, line="'other_currency'") %}
{% set same, other = "currency = wallet_currency", "currency <> wallet_currency" %}

{{ bridge_entries("bill", dict(number, amount="-net_amount")) }}
union all
{{ bridge_entries("lines", number) }}
union all
{{ bridge_entries("named", charged, same) }}
union all
{{ bridge_entries("named", dict(fact, line="'tolerance'", amount="tolerated_amount"), same ~ " and tolerated_amount <> 0") }}
union all
{{ bridge_entries("named", dict(converted, amount="-net_amount"), other) }}
union all
{{ bridge_entries("named", dict(converted, currency="wallet_currency", amount="wallet_amount"), other) }}

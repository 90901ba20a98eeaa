-- Grain: one row per payout with whose money it is: the shop's whose batch or wallet it empties, else its account's;
-- and where it comes from: a batch, a wallet with a ledger, an account without one, or nothing that is delivered.

with

batches as (

    select
        batch_key,
        case when count(distinct coalesce(shop_id, '')) = 1 then min(shop_id) end as shop_id
    from {{ ref("int_settlement_lines_placed") }}
    group by batch_key

)

select
    payouts.payout_key,
    payouts.payout_id,
    payouts.currency,
    payouts.amount,
    coalesce(payouts.paid_on, payouts.due_on, {{ as_of() }}) as made_on,
    payouts.batch_key,
    payouts.platform as channel,
    coalesce(payouts.account_id, '') as wallet_id,
    case
        when payouts.is_replaced then 'replaced'
        when batches.batch_key is not null then 'batch'
        when wallets.has_ledger then 'ledger'
        when wallets.channel is not null then 'bill'
        else 'nothing'
    end as paid_from,
    case when batches.shop_id is null then coalesce(wallets.place_platform, payouts.platform) else payouts.platform end
        as platform,
    coalesce(batches.shop_id, wallets.place_shop_id) as shop_id,
    case
        when batches.shop_id is not null then null
        when wallets.channel is not null then wallets.place_account_id
        else payouts.account_id
    end as account_id
from {{ ref("int_payouts") }} as payouts
left join batches
    on payouts.batch_key = batches.batch_key
left join {{ ref("int_wallets") }} as wallets
    on payouts.platform = wallets.channel
        and coalesce(payouts.account_id, '') = wallets.account_id

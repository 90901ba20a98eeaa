-- Grain: one row per wallet line with whose money the wallet holds, and the payout that it is, or the number of the
-- channel's bill that it belongs to.

select
    lines.wallet_line_key,
    lines.line_id,
    lines.channel,
    lines.account_id as wallet_id,
    lines.type,
    lines.currency,
    lines.amount,
    lines.occurred_on,
    payouts.payout_key,
    case when payouts.payout_key is null then bill.number_key end as number_key,
    wallets.place_platform as platform,
    wallets.place_shop_id as shop_id,
    wallets.place_account_id as account_id
from {{ ref("int_wallet_lines") }} as lines
inner join {{ ref("int_wallets") }} as wallets
    on lines.channel = wallets.channel
        and lines.account_id = wallets.account_id
left join {{ ref("int_wallet_lines_matched_to_transactions") }} as matched
    on lines.wallet_line_key = matched.wallet_line_key
left join (select distinct number_key from {{ ref("int_transactions_placed") }}) as bill
    on matched.channel || '|' || matched.transaction_id = bill.number_key
left join {{ ref("int_payouts") }} as payouts
    on lines.channel = payouts.platform
        and lines.business_no = payouts.payout_id
        and lines.type not in ('fee', 'fee_reversal')

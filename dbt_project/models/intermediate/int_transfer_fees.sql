-- Grain: one row per transfer whose payouts were charged a fee in the channel's wallet; the credit is smaller by it.

select
    matched.transfer_id,
    sum(lines.amount) as fee_amount
from {{ ref("int_wallet_lines") }} as lines
inner join {{ ref("int_payouts") }} as payouts
    on lines.business_no = payouts.payout_id
inner join (
    select distinct payout_key, transfer_id from {{ ref("int_payouts_matched_to_bank_lines") }}
) as matched
    on payouts.payout_key = matched.payout_key
where lines.type = 'fee'
    and lines.amount < 0
group by matched.transfer_id

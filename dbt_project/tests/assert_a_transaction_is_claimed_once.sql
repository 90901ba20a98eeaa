-- Returns rows that were claimed twice: a channel transaction by two orders or refunds, a bank line or payout by two
-- transfers, or, where nothing names the other, a payout by two credits or a credit by two payouts.

select 'order' as claimed_by, transaction_key as row_key
from {{ ref("int_transactions_matched_to_orders") }}
group by transaction_key
having count(*) > 1

union all

select 'refund', transaction_key
from {{ ref("int_refunds_matched_to_transactions") }}
group by transaction_key
having count(*) > 1

union all

select 'transfer', bank_line_key
from {{ ref("int_payouts_matched_to_bank_lines") }}
group by bank_line_key
having count(distinct transfer_id) > 1
    or (count(*) > 1 and min(match_rule) not in ('named', 'payer_and_sum'))

union all

select 'transfer', payout_key
from {{ ref("int_payouts_matched_to_bank_lines") }}
group by payout_key
having count(distinct transfer_id) > 1
    or (count(*) > 1 and min(match_rule) not in ('named', 'payer_and_parts'))

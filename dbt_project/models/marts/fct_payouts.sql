-- Grain: one row per payout with its batch, the bank credit that paid it, and what that means. The one place where the
-- payout leg decides about a payout; a break of a transfer or batch stands at its first payout.

with

payouts as (

    select
        payouts.*,
        batches.code as batch_code,
        batches.gap_amount as batch_gap_amount,
        batches.source_row as batch_source_row,
        open_sets.candidates,
        lines.bank_line_key as candidate_line_key
    from {{ ref("int_payouts_with_transfers") }} as payouts
    left join {{ ref("fct_settlement_batches") }} as batches
        on payouts.payout_key = batches.payout_key
    left join {{ ref("int_open_payout_sets") }} as open_sets
        on payouts.payout_key = open_sets.entity_key
    left join {{ ref("fct_bank_lines") }} as lines
        on open_sets.bank_line_key = lines.bank_line_key
            and lines.code = 'BK02'

),

decided as (

    select
        *,
        case
            when is_returned and is_replaced and transfer_id is null then null
            when is_returned and not is_replaced then 'BK04'
            when reversal_count > 0 and credited_amount <= 0 and first_payout_key = payout_key then 'BK04'
            when reversal_count > 0 and credited_amount <= 0 then null
            when batch_code is not null then batch_code
            when covered_from is null or made_on < covered_from and transfer_id is null then null
            when transfer_id is null and amount <= tolerance_amount then null
            when transfer_id is null then 'BK01'
            when abs(gap_amount) > tolerance_amount and first_payout_key = payout_key then 'BK03'
        end as code,
        case
            when is_returned or batch_code is not null or transfer_id is not null then null
            when covered_from is null then 'no_counterpart_source'
            when made_on < covered_from then 'before_coverage'
        end as excluded_reason
    from payouts

)

select
    *,
    case
        when excluded_reason is not null then 'excluded'
        when code is null then 'matched'
        when code = 'BK01' and arrival_due_on >= {{ as_of() }} then 'pending'
        else 'exception'
    end as state
from decided

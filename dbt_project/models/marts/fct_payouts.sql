-- Grain: one row per payout with its batch, the bank credit that paid it, and what that means. The one place where the
-- payout leg decides about a payout; a break of a transfer or batch stands at its first payout.

with

payouts as (

    select
        payouts.*,
        coalesce(payouts.status, 'paid') = 'returned' as is_returned,
        max(case when coalesce(payouts.status, 'paid') = 'returned' then 0 else 1 end)
            over (partition by coalesce(payouts.batch_key, payouts.payout_key)) as has_live,
        coalesce(payouts.paid_on, payouts.due_on, {{ as_of() }}) as made_on,
        members.transfer_id
    from {{ ref("int_payouts") }} as payouts
    left join (
        select distinct payout_key, transfer_id from {{ ref("int_payouts_matched_to_bank_lines") }}
    ) as members
        on payouts.payout_key = members.payout_key

),

accounts as (

    select
        account_id,
        min(booked_on) as covered_from
    from {{ ref("int_bank_lines") }}
    group by account_id

),

anywhere as (

    select min(covered_from) as covered_from from accounts

),

compared as (

    select
        payouts.*,
        transfers.payout_count,
        transfers.first_payout_key,
        transfers.paid_out_amount,
        transfers.line_count,
        transfers.credited_amount,
        transfers.reversal_count,
        transfers.match_rule,
        transfers.bank_line_id,
        transfers.credited_on,
        transfers.bank_source_row,
        transfers.credited_amount - transfers.paid_out_amount - coalesce(fees.fee_amount, 0) as gap_amount,
        batches.code as batch_code,
        batches.gap_amount as batch_gap_amount,
        batches.source_row as batch_source_row,
        case when payouts.bank_account_id is null then anywhere.covered_from else accounts.covered_from end
            as covered_from,
        {{ tolerance("bank", "payouts.platform", "payouts.currency", "payouts.made_on") }} as tolerance_amount,
        coalesce(
            payouts.due_on,
            {{ add_days("payouts.made_on", window("PAYOUT_ARRIVAL", "payouts.platform", "payouts.made_on")) }}
        ) as arrival_due_on
    from payouts
    cross join anywhere
    left join accounts
        on payouts.bank_account_id = accounts.account_id
    left join {{ ref("int_transfers") }} as transfers
        on payouts.transfer_id = transfers.transfer_id
    left join {{ ref("int_transfer_fees") }} as fees
        on payouts.transfer_id = fees.transfer_id
    left join {{ ref("fct_settlement_batches") }} as batches
        on payouts.payout_key = batches.payout_key

),

decided as (

    select
        *,
        case
            when is_returned and has_live = 1 and transfer_id is null then null
            when is_returned and has_live = 0 then 'BK04'
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
    from compared

)

select
    *,
    case
        when excluded_reason is not null then 'excluded'
        when code is null then 'matched'
        when code = 'BK01' and arrival_due_on >= {{ as_of() }} then 'pending'
        when code = 'BK03' and batch_code is null and gap_amount < 0 and match_rule = 'named'
            and arrival_due_on >= {{ as_of() }} then 'pending'
        else 'exception'
    end as state
from decided

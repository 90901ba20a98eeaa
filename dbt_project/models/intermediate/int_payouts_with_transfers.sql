-- Grain: one row per payout with the transfer that paid it and the day by which it was due.

with

dated_payouts as (

    select
        payouts.*,
        payouts.status = 'returned' as is_returned,
        coalesce(payouts.paid_on, payouts.due_on, {{ as_of() }}) as made_on,
        members.transfer_id
    from {{ ref("int_payouts") }} as payouts
    left join (
        select distinct payout_key, transfer_id from {{ ref("int_payouts_matched_to_bank_lines") }}
    ) as members
        on payouts.payout_key = members.payout_key

),

-- A payout that names no due date may take some days, and then until a bank works again.
payouts as (

    select
        *,
        {{ add_days("made_on", window("PAYOUT_ARRIVAL", "platform", "made_on")) }} as arrives_on
    from dated_payouts

),

-- Statements without lines cover days too.
covered as (

    select
        account_id,
        booked_on as covered_from
    from {{ ref("int_bank_lines") }}

    union all

    select
        account_id,
        covers_from
    from {{ ref("stg_landing__deliveries") }}
    where source = 'bank'
        and account_id is not null
        and covers_from is not null

),

accounts as (

    select
        account_id,
        min(covered_from) as covered_from
    from covered
    group by account_id

),

anywhere as (

    select min(covered_from) as covered_from from accounts

)

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
    transfers.netted_amount,
    -- A fee in the wallet is taken from the credit, or charged beside it.
    case
        when transfers.credited_amount = transfers.paid_out_amount + transfers.netted_amount then 0
        else transfers.credited_amount - transfers.paid_out_amount - transfers.netted_amount
            - coalesce(fees.fee_amount, 0)
    end as gap_amount,
    case when payouts.bank_account_id is null then anywhere.covered_from else accounts.covered_from end
        as covered_from,
    {{ tolerance("payouts", "payouts.platform", "payouts.currency", "payouts.made_on") }} as tolerance_amount,
    coalesce(payouts.due_on, calendar.next_working_on, payouts.arrives_on) as arrival_due_on
from payouts
left join {{ ref("int_calendar_days") }} as calendar
    on payouts.arrives_on = calendar.day
cross join anywhere
left join accounts
    on payouts.bank_account_id = accounts.account_id
left join {{ ref("int_transfers") }} as transfers
    on payouts.transfer_id = transfers.transfer_id
left join {{ ref("int_transfer_fees") }} as fees
    on payouts.transfer_id = fees.transfer_id

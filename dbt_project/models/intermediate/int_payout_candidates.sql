-- Grain: one row per payout and credit that name nothing of each other but could belong together: the payout's bank
-- account, a name that its platform pays under, the currency, and within the days. Amounts are looked at afterwards.

with

open_payouts as (

    select
        payouts.*,
        coalesce(payouts.paid_on, payouts.due_on) as made_on,
        {{ window("PAYOUT_MATCH", "payouts.platform", "coalesce(payouts.paid_on, payouts.due_on)") }} as match_days
    from {{ ref("int_payouts") }} as payouts
    left join (select distinct payout_key from {{ ref("int_payout_naming_credits") }}) as named
        on payouts.payout_key = named.payout_key
    where named.payout_key is null
        and payouts.status <> 'returned'

),

-- Of a payout that does not say when it was made, the credit may come before its due date. No bank works on a holiday.
payouts as (

    select
        open_payouts.*,
        case when paid_on is null then {{ add_days("made_on", "-match_days") }} else made_on end as first_on,
        coalesce(calendar.next_working_on, {{ add_days("made_on", "match_days") }}) as last_on
    from open_payouts
    left join {{ ref("int_calendar_days") }} as calendar
        on {{ add_days("open_payouts.made_on", "open_payouts.match_days") }} = calendar.day

),

credits as (

    select lines.*
    from {{ ref("int_bank_lines") }} as lines
    left join (select distinct bank_line_key from {{ ref("int_payout_naming_credits") }}) as named
        on lines.bank_line_key = named.bank_line_key
    where named.bank_line_key is null
        and lines.amount > 0

)

select
    payouts.payout_key,
    credits.bank_line_key,
    payouts.platform,
    credits.counterparty_name,
    coalesce(payouts.account_id, '') as wallet,
    credits.account_id,
    payouts.amount as payout_amount,
    credits.amount as credit_amount,
    payouts.made_on,
    payouts.due_on,
    credits.booked_on
from payouts
inner join {{ ref("int_payers") }} as payers
    on payouts.platform = payers.platform
inner join credits
    on payers.counterparty_name = credits.counterparty_name
        and payouts.currency = credits.currency
        and coalesce(payouts.bank_account_id, credits.account_id) = credits.account_id
        and credits.booked_on between payouts.first_on and payouts.last_on

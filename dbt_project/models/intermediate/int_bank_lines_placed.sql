-- Grain: one row per bank line with whose money its account holds: one shop's, where all payouts that arrive in it are
-- that shop's, else the account's own.

with

accounts as (

    select
        lines.account_id,
        count(distinct
            coalesce(payouts.platform, '') || '|' || coalesce(payouts.shop_id, '')
            || '|' || coalesce(payouts.account_id, '')
        ) as place_count,
        min(payouts.platform) as platform,
        min(payouts.shop_id) as shop_id
    from {{ ref("int_payouts_matched_to_bank_lines") }} as matched
    inner join {{ ref("int_bank_lines") }} as lines
        on matched.bank_line_key = lines.bank_line_key
    inner join {{ ref("int_payouts_placed") }} as payouts
        on matched.payout_key = payouts.payout_key
    group by lines.account_id

)

select
    lines.bank_line_key,
    lines.line_id,
    lines.currency,
    lines.amount,
    lines.booked_on,
    case when accounts.place_count = 1 and accounts.shop_id is not null then accounts.platform end as platform,
    case when accounts.place_count = 1 then accounts.shop_id end as shop_id,
    case when accounts.place_count = 1 and accounts.shop_id is not null then null else lines.account_id end
        as account_id
from {{ ref("int_bank_lines") }} as lines
left join accounts
    on lines.account_id = accounts.account_id

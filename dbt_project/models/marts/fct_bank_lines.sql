-- Grain: one row per bank line with what explains it. The one place where the payout leg decides about a bank line.

with

lines as (

    select
        lines.*,
        matched.transfer_id,
        explained.reason as explained_reason,
        open_sets.candidates,
        coalesce(balances.jump_amount, 0) as jump_amount
    from {{ ref("int_bank_lines") }} as lines
    left join (
        select distinct bank_line_key, transfer_id from {{ ref("int_payouts_matched_to_bank_lines") }}
    ) as matched
        on lines.bank_line_key = matched.bank_line_key
    left join {{ ref("int_bank_lines_explained") }} as explained
        on lines.bank_line_key = explained.bank_line_key
    left join {{ ref("int_bank_line_balances") }} as balances
        on lines.bank_line_key = balances.bank_line_key
    left join {{ ref("int_open_payout_sets") }} as open_sets
        on lines.bank_line_key = open_sets.entity_key

),

-- Only accounts that are declared, or that payouts arrive in, are compared with payouts.
accounts as (

    select account_id from {{ ref("accounts") }} where kind = 'bank'
    union
    select bank_account_id as account_id from {{ ref("int_payouts") }} where bank_account_id is not null
    union
    select account_id from lines where transfer_id is not null

),

decided as (

    select
        lines.*,
        case
            when lines.transfer_id is not null then null
            when lines.amount < 0 then 'outgoing'
            when lines.amount = 0 then 'no_amount'
            when lines.explained_reason is not null then lines.explained_reason
            when accounts.account_id is null then 'no_counterpart_source'
        end as excluded_reason
    from lines
    left join accounts
        on lines.account_id = accounts.account_id

)

select
    *,
    case when transfer_id is null and excluded_reason is null then 'BK02' end as code,
    case
        when transfer_id is not null then 'matched'
        when excluded_reason is not null then 'excluded'
        else 'exception'
    end as state
from decided

-- Grain: one row per declared account that the ledger keeps, and finished month: whether the ledger moved as the bank's
-- or the wallet's own lines did. The one place where the books leg decides about an account's balance.

with

months as (

    select
        months.*,
        statement_amount + transit_amount as expected_amount,
        -- A ledger that books credits by their statement has nothing in transit.
        case
            when ledger_amount in (statement_amount, statement_amount + transit_amount) then cast(0 as numeric(18, 2))
            else {{ tolerance("books", "cast(null as text)", "months.currency", "months.month_ends_on") }}
        end as tolerance_amount,
        sum(case when ledger_source_row is not null then 1 else 0 end) over (partition by account_id) as kept_count
    from {{ ref("int_ledger_account_months") }} as months

),

compared as (

    select
        *,
        case when abs(ledger_amount - statement_amount) <= abs(ledger_amount - expected_amount)
            then ledger_amount - statement_amount else ledger_amount - expected_amount
        end as gap_amount
    from months

)

select
    account_id,
    kind,
    ledger_account,
    currency,
    month_ends_on,
    statement_amount,
    transit_amount,
    ledger_amount,
    gap_amount,
    tolerance_amount,
    ledger_source_row,
    case when kept_count = 0 then 'no_counterpart_source' end as excluded_reason,
    case
        when kept_count = 0 or abs(gap_amount) <= tolerance_amount then null
        when kind = 'bank' then 'BK05'
        else 'GL04'
    end as code
from compared

-- Grain: one row per declared account that the ledger keeps, and finished month that both deliver: what moved in the
-- ledger, and what moved in the bank or wallet.

with

accounts as (

    select
        account_id,
        kind,
        ledger_account,
        coalesce(currency, 'CNY') as currency
    from {{ ref("accounts") }}
    where ledger_account is not null
        and valid_from <= {{ as_of() }}
        and coalesce(valid_to >= {{ as_of() }}, true)

),

moved as (

    select account_id, currency, booked_on as moved_on, amount, 0 as transit_amount
    from {{ ref("int_bank_lines") }}

    union all

    select account_id, currency, occurred_on as moved_on, amount, 0 as transit_amount
    from {{ ref("int_wallet_lines") }}

    union all

    select account_id, currency, moved_on, 0 as amount, amount as transit_amount
    from {{ ref("int_receipts_in_transit") }}

),

lines as (

    select
        accounts.account_id,
        moved.moved_on,
        moved.amount as statement_amount,
        moved.transit_amount,
        cast(0 as numeric(18, 2)) as ledger_amount,
        cast(null as varchar) as source_row
    from accounts
    inner join moved
        on accounts.account_id = moved.account_id
            and accounts.currency = moved.currency

    union all

    select
        accounts.account_id,
        ledger.booked_on as moved_on,
        cast(0 as numeric(18, 2)) as statement_amount,
        cast(0 as numeric(18, 2)) as transit_amount,
        coalesce(ledger.debit_amount, 0) - coalesce(ledger.credit_amount, 0) as ledger_amount,
        ledger.source_row
    from accounts
    inner join {{ ref("int_ledger_lines") }} as ledger
        on accounts.ledger_account = ledger.account_code
            and accounts.currency = ledger.currency

),

-- Both begin on the later of their first days, so that a month which one of them delivers in part is compared in part.
begun as (

    select
        accounts.account_id,
        greatest((select min(booked_on) from {{ ref("int_ledger_lines") }}), min(moved.moved_on)) as begins_on
    from accounts
    inner join moved
        on accounts.account_id = moved.account_id
    group by accounts.account_id

)

select
    accounts.account_id,
    accounts.kind,
    accounts.ledger_account,
    accounts.currency,
    {{ month_end("lines.moved_on") }} as month_ends_on,
    sum(lines.ledger_amount) as ledger_amount,
    sum(lines.statement_amount) as statement_amount,
    sum(lines.transit_amount) as transit_amount,
    min(lines.source_row) as ledger_source_row
from lines
inner join begun
    on lines.account_id = begun.account_id
        and lines.moved_on >= begun.begins_on
inner join accounts
    on lines.account_id = accounts.account_id
where {{ month_end("lines.moved_on") }} <= {{ as_of() }}
group by accounts.account_id, accounts.kind, accounts.ledger_account, accounts.currency, {{ month_end("lines.moved_on") }}

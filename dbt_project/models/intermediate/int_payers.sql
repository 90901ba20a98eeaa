-- Grain: one row per platform and name under which it pays: declared for the platform or for the wallet that pays, or
-- seen on a credit that names its payout.

with

lines as (

    select distinct counterparty_name
    from {{ ref("int_bank_lines") }}
    where amount > 0
        and counterparty_name is not null

),

declared as (

    select
        platform,
        name_part
    from {{ ref("payers") }}
    where valid_from <= {{ as_of() }}
        and coalesce(valid_to >= {{ as_of() }}, true)

    union

    select
        payouts.platform,
        {{ parts("accounts.payer_names") }} as name_part
    from {{ ref("accounts") }} as accounts
    inner join {{ ref("int_payouts") }} as payouts
        on accounts.account_id = payouts.account_id
    where accounts.payer_names is not null

)

select distinct
    declared.platform,
    lines.counterparty_name
from declared
inner join lines
    on position(declared.name_part in lines.counterparty_name) > 0

union

select distinct
    payouts.platform,
    lines.counterparty_name
from {{ ref("int_payout_naming_credits") }} as naming
inner join {{ ref("int_payouts") }} as payouts
    on naming.payout_key = payouts.payout_key
inner join {{ ref("int_bank_lines") }} as lines
    on naming.bank_line_key = lines.bank_line_key
where lines.amount > 0
    and lines.counterparty_name is not null

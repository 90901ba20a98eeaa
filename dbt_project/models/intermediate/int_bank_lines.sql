{% set columns = [
    "account_id", "line_id", "booked_on", "value_on", "amount", "balance_after", "currency",
    "counterparty_name", "counterparty_account", "reference", "remark"
] %}

with

united as (

    {{ unite(columns, [
        ref("stg_open__bank_lines"), ref("stg_bank__cmb_lines"), ref("stg_bank__mt940_lines"), ref("stg_bank__camt053_lines")
    ]) }}

)

select
    *,
    account_id || '|' || line_id as bank_line_key
from united
where booked_on <= {{ as_of() }}

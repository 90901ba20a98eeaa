{{ config(meta={"partition_by": "source_row"}) }}

{% set columns = [
    "voucher_no", "line_no", "account_code", "booked_on", "debit_amount", "credit_amount", "currency",
    "summary", "auxiliary"
] %}

with

united as (

    {{ unite(columns, [ref("stg_open__ledger_lines")]) }}

)

select *
from united
where booked_on <= {{ as_of() }}

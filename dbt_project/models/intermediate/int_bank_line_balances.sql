-- Grain: one row per bank line in front of which the running balance of its account jumps.

with

lines as (

    select
        *,
        cast(null as numeric(24, 6)) as sequence,
        cast(substring(source_row, 18) as integer) as file_order
    from {{ ref("int_bank_lines") }}

),

{{ balance_breaks(["account_id", "currency"], "bank_line_key", "booked_on", ["booked_on"]) }}

select
    line_key as bank_line_key,
    jump_amount
from breaks

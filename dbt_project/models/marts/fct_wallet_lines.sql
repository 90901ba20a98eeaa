-- Grain: one row per wallet line with the jump of the running balance in front of it, 0 where it follows.
-- An account whose lines state no balance has no continuity to prove.

with

lines as (

    select
        *,
        cast(substring(source_row, 18) as integer) as file_order
    from {{ ref("int_wallet_lines") }}

),

{{ balance_breaks(["channel", "account_id"], "wallet_line_key", "occurred_on", ["occurred_at"]) }}

select
    lines.*,
    coalesce(breaks.jump_amount, 0) as jump_amount,
    case when breaks.jump_amount <> 0 then 'ST09' end as code
from lines
left join breaks
    on lines.wallet_line_key = breaks.line_key

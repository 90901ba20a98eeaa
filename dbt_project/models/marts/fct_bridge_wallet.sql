-- Grain: one row per entry of the bridge's step from what was settled to what came into wallets: the numbers of the
-- bill, and the wallet's lines that are in no bill.

{{ config(materialized="view") }}

with

lines as (

    select * from {{ ref("int_wallet_lines_placed") }} where number_key is null and payout_key is null

),

named as (

    select
        lines.*,
        facts.amount as fact_amount,
        case
            when facts.type in ('fee', 'fee_reversal', 'commission') then 'wallet_charges'
            when facts.type in ('withdrawal', 'payout', 'payout_returned', 'transfer') then 'wallet_transfers'
            else 'only_in_wallet'
        end as line
    from lines
    inner join {{ ref("fct_wallet_lines") }} as facts
        on lines.wallet_line_key = facts.wallet_line_key

)

{% set line = {"item_type": "wallet_line", "item_key": "wallet_line_key", "item_id": "line_id",
    "business_on": "occurred_on"} %}

{{ bridge_entries("lines", line) }}
union all
{{ bridge_entries("named", dict(line, line="line", amount="fact_amount")) }}
union all
select * from {{ ref("fct_bridge_wallet_numbers") }}

-- Grain: one row per entry of the bridge's step from what came in to what was paid out: what wallets keep, what batches
-- carry on, and payouts that nothing delivered explains.

{{ config(materialized="view") }}

with

payouts as (

    select * from {{ ref("int_payouts_placed") }}

),

lines as (

    select * from {{ ref("int_wallet_lines_placed") }}

),

-- What the payout leg says of a payout, with the lines by which it left its wallet.
named as (

    select
        payouts.*,
        facts.amount as paid_amount,
        coalesce(taken.amount, 0) as taken_amount,
        coalesce(taken.currency, payouts.currency) as taken_currency,
        case
            when payouts.paid_from = 'replaced' then 'returned_payout'
            when payouts.paid_from = 'batch' then 'platform_wallet'
            when facts.code = 'BK04' then 'BK04'
            when facts.status = 'returned' then 'returned_payout'
            when payouts.paid_from = 'nothing' then 'no_counterpart_source'
            when payouts.paid_from = 'bill' then 'kept_in_wallet'
            when taken.payout_key is null then 'not_in_wallet'
            else 'payout_difference'
        end as line
    from payouts
    inner join {{ ref("fct_payouts") }} as facts
        on payouts.payout_key = facts.payout_key
    left join (
        select payout_key, min(currency) as currency, sum(amount) as amount from lines group by payout_key
    ) as taken
        on payouts.payout_key = taken.payout_key

)

{% set payout = {"item_type": "payout", "item_key": "payout_key", "business_on": "made_on"} %}
{% set fact = dict(payout, item_id="payout_id", line="line") %}

{{ bridge_entries("payouts", payout, "paid_from <> 'batch'") }}
union all
{{ bridge_entries("lines", dict(payout, business_on="occurred_on"), "payout_key is not null") }}
union all
{{ bridge_entries("named", dict(fact, amount="paid_amount"), "paid_from <> 'batch'") }}
union all
{{ bridge_entries("named", dict(fact, currency="taken_currency", amount="taken_amount")) }}
union all
select * from {{ ref("fct_bridge_kept") }}
union all
select * from {{ ref("fct_bridge_batches") }}

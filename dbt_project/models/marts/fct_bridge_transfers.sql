-- Grain: one row per transfer (payouts and bank lines that belong together) with what its credit differs by: the gap
-- that the payout leg decided about, batches that were kept back, and the fee. It stands at the first payout, as the exception does.

{{ config(materialized="view") }}

with

firsts as (

    select
        placed.payout_id,
        placed.platform,
        placed.shop_id,
        placed.account_id,
        placed.made_on,
        facts.transfer_id,
        row_number() over (
            partition by facts.transfer_id
            order by case when facts.first_payout_key = facts.payout_key then 0 else 1 end, facts.payout_key
        ) as place
    from {{ ref("fct_payouts") }} as facts
    inner join {{ ref("int_payouts_placed") }} as placed
        on facts.payout_key = placed.payout_key
    where facts.transfer_id is not null

),

paid as (

    select
        transfer_id,
        min(currency) as currency,
        min(code) as code,
        max(tolerance_amount) as tolerance_amount,
        min(gap_amount) as gap_amount,
        min(netted_amount) as netted_amount,
        sum(amount) as amount
    from {{ ref("fct_payouts") }}
    where transfer_id is not null
    group by transfer_id

),

credits as (

    select transfer_id, sum(amount) as amount from {{ ref("fct_bank_lines") }} group by transfer_id

)

select
    firsts.transfer_id,
    firsts.payout_id,
    firsts.platform,
    firsts.shop_id,
    firsts.account_id,
    firsts.made_on,
    paid.currency,
    case
        when paid.code is not null then paid.code
        when abs(paid.gap_amount) <= paid.tolerance_amount then 'tolerance'
        else 'returned_payout'
    end as line,
    paid.gap_amount,
    paid.netted_amount,
    credits.amount - paid.amount - paid.gap_amount - paid.netted_amount as fee_amount
from firsts
inner join paid
    on firsts.transfer_id = paid.transfer_id
inner join credits
    on firsts.transfer_id = credits.transfer_id
where firsts.place = 1

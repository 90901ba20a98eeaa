-- Grain: one row per settlement batch with what its lines come to, the payouts made for it, and the day of the next batch
-- of its shop that was paid.

with

batches as (

    select
        batch_key,
        min(platform) as platform,
        min(batch_id) as batch_id,
        min(shop_id) as shop_id,
        min(currency) as currency,
        sum(amount) as batch_amount,
        max(settled_on) as settled_on,
        count(*) as line_count,
        min(source_row) as source_row
    from {{ ref("int_settlement_lines") }}
    group by batch_key

),

payouts as (

    select
        batch_key,
        sum(amount) as paid_out_amount,
        sum(carried_in_amount) as carried_in_amount,
        min(payout_key) as payout_key,
        min(paid_on) as paid_on,
        count(*) as payout_count
    from {{ ref("int_payouts") }}
    where batch_key is not null
        and not is_replaced
    group by batch_key

)

select
    batches.*,
    payouts.payout_key,
    payouts.paid_on,
    coalesce(payouts.payout_count, 0) as payout_count,
    coalesce(payouts.paid_out_amount, 0) as paid_out_amount,
    coalesce(payouts.carried_in_amount, 0) as carried_in_amount,
    payouts.paid_out_amount - batches.batch_amount - coalesce(payouts.carried_in_amount, 0) as gap_amount,
    min(case when payouts.batch_key is not null then batches.settled_on end) over (
        partition by batches.platform, batches.shop_id
        order by batches.settled_on, batches.batch_key
        rows between 1 following and unbounded following
    ) as next_paid_on
from batches
left join payouts
    on batches.batch_key = payouts.batch_key

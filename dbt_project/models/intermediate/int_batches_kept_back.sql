-- Grain: one row per settlement batch below zero that no payout pays and no payout carries, by its own word or silently:
-- the payer may have taken it from a credit.

with

batches as (

    select
        batch_key,
        min(platform) as platform,
        min(currency) as currency,
        sum(amount) as batch_amount,
        max(settled_on) as settled_on
    from {{ ref("int_settlement_lines") }}
    group by batch_key

),

payouts as (

    select
        platform,
        batch_key,
        sum(amount) as paid_out_amount,
        sum(coalesce(carried_in_amount, 0)) as carried_in_amount,
        max(coalesce(paid_on, due_on)) as made_on
    from {{ ref("int_payouts") }}
    where batch_key is not null
        and not is_replaced
    group by platform, batch_key

),

-- Whoever carries says so in the next payout; a gap of a payout's batch carries silently.
carrying as (

    select
        payouts.platform,
        payouts.made_on,
        payouts.carried_in_amount,
        payouts.paid_out_amount - batches.batch_amount as gap_amount
    from payouts
    inner join batches
        on payouts.batch_key = batches.batch_key

)

select
    batches.batch_key,
    batches.platform,
    batches.currency,
    batches.batch_amount,
    batches.settled_on,
    {{ add_days("batches.settled_on", window("PAYOUT_MATCH", "batches.platform", "batches.settled_on")) }} as last_on
from batches
left join payouts
    on batches.batch_key = payouts.batch_key
where batches.batch_amount < 0
    and payouts.batch_key is null
    and not exists (
        select 1
        from carrying
        where carrying.platform = batches.platform
            and carrying.made_on >= batches.settled_on
            and (carrying.carried_in_amount < 0 or carrying.gap_amount = batches.batch_amount)
    )

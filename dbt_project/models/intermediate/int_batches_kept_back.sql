-- Grain: one row per settlement batch below zero that no payout pays and that the next paid batch of its shop does not
-- carry, by its own word or silently: the payer may have kept it back from a credit.

with

batches as (

    select
        batch_key,
        min(platform) as platform,
        coalesce(min(shop_id), '') as shop_id,
        min(currency) as currency,
        sum(amount) as batch_amount,
        max(settled_on) as settled_on
    from {{ ref("int_settlement_lines") }}
    group by batch_key

),

payouts as (

    select
        batch_key,
        sum(amount) as paid_out_amount,
        sum(coalesce(carried_in_amount, 0)) as carried_in_amount
    from {{ ref("int_payouts") }}
    where batch_key is not null
        and not is_replaced
    group by batch_key

),

compared as (

    select
        batches.*,
        payouts.batch_key is not null as is_paid,
        payouts.carried_in_amount < 0 as says_so,
        payouts.paid_out_amount - batches.batch_amount as gap_amount,
        min(case when payouts.batch_key is not null then batches.settled_on end) over (
            partition by batches.platform, batches.shop_id
            order by batches.settled_on, batches.batch_key
            rows between 1 following and unbounded following
        ) as next_paid_on
    from batches
    left join payouts
        on batches.batch_key = payouts.batch_key

)

select
    below.batch_key,
    below.platform,
    below.currency,
    below.batch_amount,
    below.settled_on,
    {{ add_days("below.settled_on", window("PAYOUT_MATCH", "below.platform", "below.settled_on")) }} as last_on
from compared as below
where below.batch_amount < 0
    and not below.is_paid
    and not exists (
        select 1
        from compared as next_paid
        where next_paid.platform = below.platform
            and next_paid.shop_id = below.shop_id
            and next_paid.settled_on = below.next_paid_on
            and next_paid.is_paid
            and (next_paid.says_so or next_paid.gap_amount = below.batch_amount)
    )

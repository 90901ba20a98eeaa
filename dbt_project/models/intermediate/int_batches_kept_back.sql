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
        payouts.carried_in_amount,
        payouts.paid_out_amount - batches.batch_amount as gap_amount,
        min(case when payouts.batch_key is not null then batches.settled_on end) over (
            partition by batches.platform, batches.shop_id
            order by batches.settled_on, batches.batch_key
            rows between 1 following and unbounded following
        ) as next_paid_on
    from batches
    left join payouts
        on batches.batch_key = payouts.batch_key

),

-- What a batch and the unpaid ones after it come to, up to the next paid one.
unpaid as (

    select
        *,
        sum(batch_amount) over (
            partition by platform, shop_id, next_paid_on
            order by settled_on desc, batch_key desc
        ) as amount_from_here
    from compared
    where not is_paid

),

-- The next paid batch carries one of them exactly, else as many of the last ones as it says.
carried as (

    select
        unpaid.batch_key,
        unpaid.batch_amount in (next_paid.carried_in_amount, next_paid.gap_amount) as is_exact,
        coalesce(unpaid.amount_from_here >= next_paid.carried_in_amount, false) as is_within,
        max(case when unpaid.batch_amount = next_paid.carried_in_amount then 1 else 0 end)
            over (partition by next_paid.batch_key) as has_exact
    from unpaid
    inner join compared as next_paid
        on unpaid.platform = next_paid.platform
            and unpaid.shop_id = next_paid.shop_id
            and unpaid.next_paid_on = next_paid.settled_on
            and next_paid.is_paid

)

select
    batch_key,
    platform,
    currency,
    batch_amount,
    settled_on,
    {{ add_days("settled_on", window("BATCH_KEPT_BACK", "platform", "settled_on")) }} as last_on
from unpaid
where batch_amount < 0
    and batch_key not in (select batch_key from carried where is_exact or (has_exact = 0 and is_within))

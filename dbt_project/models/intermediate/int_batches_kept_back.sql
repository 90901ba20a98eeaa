-- Grain: one row per settlement batch below zero that no payout pays and that the next paid batch of its shop does not
-- carry, by its own word or silently: the payer may have kept it back from a credit or a later payout.

with

-- What a batch and the unpaid ones after it come to, up to the next paid one.
unpaid as (

    select
        *,
        sum(batch_amount) over (
            partition by platform, shop_id, next_paid_on
            order by settled_on desc, batch_key desc
        ) as amount_from_here
    from {{ ref("int_batches_with_payouts") }}
    where payout_key is null

),

-- The next paid batch carries one of them exactly, else as many of the last ones as it says.
carried as (

    select
        unpaid.batch_key,
        unpaid.batch_amount in (next_paid.carried_in_amount, next_paid.paid_out_amount - next_paid.batch_amount)
            as is_exact,
        unpaid.amount_from_here >= next_paid.carried_in_amount as is_within,
        max(case when unpaid.batch_amount = next_paid.carried_in_amount then 1 else 0 end)
            over (partition by next_paid.batch_key) as has_exact
    from unpaid
    inner join {{ ref("int_batches_with_payouts") }} as next_paid
        on unpaid.platform = next_paid.platform
            and coalesce(unpaid.shop_id, '') = coalesce(next_paid.shop_id, '')
            and unpaid.next_paid_on = next_paid.settled_on
    where next_paid.payout_key is not null

)

select
    batch_key,
    platform,
    shop_id,
    currency,
    batch_amount,
    settled_on,
    {{ add_days("settled_on", window("BATCH_KEPT_BACK", "platform", "settled_on")) }} as last_on
from unpaid
where batch_amount < 0
    and batch_key not in (select batch_key from carried where is_exact or (has_exact = 0 and is_within))

-- Grain: one row per settlement batch with the payouts made for it. A batch's lines and what was carried into it are
-- paid out in full; a batch that comes to nothing or less is carried on.

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

),

compared as (

    select
        batches.*,
        payouts.payout_key,
        netted.transfer_id,
        payouts.paid_on,
        coalesce(payouts.payout_count, 0) as payout_count,
        coalesce(payouts.paid_out_amount, 0) as paid_out_amount,
        coalesce(payouts.carried_in_amount, 0) as carried_in_amount,
        payouts.paid_out_amount - batches.batch_amount - coalesce(payouts.carried_in_amount, 0) as gap_amount
    from batches
    left join payouts
        on batches.batch_key = payouts.batch_key
    left join {{ ref("int_batches_netted") }} as netted
        on batches.batch_key = netted.batch_key

),

-- A negative batch that was never paid and stands in no payout's carried amount explains an equal gap.
carried_silently as (

    select distinct
        platform,
        batch_amount as gap_amount
    from compared
    where payout_key is null
        and batch_amount < 0

)

select
    compared.*,
    case
        when compared.payout_key is null or compared.gap_amount = 0 then null
        when compared.carried_in_amount = 0 and carried_silently.gap_amount is not null then null
        when abs(compared.gap_amount)
            <= {{ tolerance("batches", "compared.platform", "compared.currency", "compared.settled_on") }} then null
        else 'BK03'
    end as code,
    case
        when compared.transfer_id is not null then null
        when compared.payout_key is null and compared.batch_amount <= 0 then 'negative_carry'
        when compared.payout_key is null then 'not_paid_out_yet'
    end as pending_reason
from compared
left join carried_silently
    on compared.platform = carried_silently.platform
        and compared.gap_amount = carried_silently.gap_amount

-- Grain: one row per payment of a channel's bill that a contract covers, and what is due of it: the fee charged
-- (channel_fee), and what its refunds bring back of it (channel_fee_reversal); what each must come to, comes to, and how
-- far apart the two are. Signed from the merchant's side.

with

payments as (

    select
        *,
        refunded_amount >= amount as is_refunded_in_full,
        case when is_returned then {{ divided("-channel_fee_amount * refunded_amount", "amount") }} else 0 end as back_in_proportion
    from {{ ref("int_payments_with_fees") }}

),

fees as (

    select
        payment_key,
        'channel_fee' as component,
        -fee_amount as expected_amount,
        channel_fee_amount as actual_amount,
        channel_fee_count as charge_count,
        channel_fee_on as first_charged_on,
        paid_on as since_on,
        {{ rounded("abs(channel_fee_amount)", "rounding_rule") }} = fee_amount and channel_fee_amount <= 0 as is_right
    from payments

    union all

    -- Refund by refund at the rate, or in proportion to what was charged, and never more than that; a refund that came
    -- back takes its part with it, or does not.
    select
        payment_key,
        'channel_fee_reversal',
        case when not is_returned then 0 when is_refunded_in_full then fee_amount else back_by_rate_amount end,
        channel_fee_reversal_amount,
        channel_fee_reversal_count,
        channel_fee_reversal_on,
        coalesce(refunded_on, channel_fee_reversal_on),
        case
            when not is_returned then abs(channel_fee_reversal_amount) < 0.005
            else abs(channel_fee_reversal_amount - back_in_proportion) <= 0.01 * refund_count
                or abs(channel_fee_reversal_amount + channel_fee_amount) <= 0.01 * refund_count and back_in_proportion > -channel_fee_amount
                or channel_fee_reversal_amount = back_of_paid_out_amount
        end
    from payments
    where refund_count > 0
        or channel_fee_reversal_count > 0

),

compared as (

    select
        *,
        case when is_right then 0 else cast(actual_amount as numeric(18, 2)) - expected_amount end as own_gap_amount,
        -- What was charged wrongly and given back in full is nothing in all.
        cast(sum(actual_amount) over (partition by payment_key) as numeric(18, 2))
            = sum(expected_amount) over (partition by payment_key) as is_right_in_all
    from fees

)

select
    compared.payment_key,
    compared.component,
    payments.channel,
    payments.platform,
    payments.is_of_channel,
    compared.expected_amount,
    compared.actual_amount,
    compared.charge_count,
    compared.first_charged_on,
    compared.since_on,
    case when is_right_in_all then 0 else own_gap_amount end as gap_amount,
    max(compared.first_charged_on - compared.since_on)
        over (partition by payments.channel, payments.wallet_id, compared.component) as longest_days,
    -- An account that is never charged in its bill is charged elsewhere, or not at all.
    max(payments.channel_fee_count) over (partition by payments.channel, payments.wallet_id) > 0 as is_charged_in_bill
from compared
inner join payments
    on compared.payment_key = payments.payment_key

-- Grain: one row per payable (an order, or orders paid together) with what was received for it and what that means.
-- The one place where the order-payment leg decides; the first rule that applies wins.

{{ config(meta={"partition_by": "order"}) }}

with

payables as (

    select
        payables.*,
        received_amount - owed_amount as gap_amount,
        greatest(outflow_amount, refunded_amount) as returned_amount,
        -- What the channel sent back beyond the platform's refunds: a surplus that is settled already.
        greatest(outflow_amount - refunded_amount, 0) as sent_back_amount,
        case when received_amount = owed_amount then cast(0 as numeric(18, 2)) else
            {{ tolerance("payments", "payables.platform", "payables.currency", "payables.paid_on") }}
        end as tolerance_amount,
        active.covered_from
    from {{ ref("int_payables_with_transactions") }} as payables
    left join {{ ref("int_active_shops") }} as active
        on payables.platform = active.platform
            and coalesce(payables.shop_id, '') = active.shop_id
            and coalesce(payables.pay_channel, '') = active.pay_channel

),

compared as (

    select
        *,
        received_amount - returned_amount > tolerance_amount as holds_money,
        payment_count > 1
        and gap_amount > tolerance_amount
        and received_amount - smallest_amount >= owed_amount - tolerance_amount as is_paid_twice
    from payables

),

decided as (

    select
        *,
        case
            when covered_from is null then null
            when foreign_count > 0 then 'OP10'
            when owed_amount = 0 and holds_money and paid_later_on is not null then 'OP06'
            when owed_amount = 0 and holds_money then 'OP04'
            when owed_amount = 0 then null
            when is_closed = 1 and holds_money and payment_count > 0 then 'OP04'
            when payment_count = 0 and owed_amount <= tolerance_amount then null
            when payment_count = 0 and failed_count > 0 and processing_count = 0 then 'OP04'
            when payment_count = 0 and paid_on < covered_from then null
            when payment_count = 0 then 'OP01'
            -- The surplus went back: by the channel itself, or by a case that gave back so much and nothing else.
            when is_paid_twice and sent_back_amount >= gap_amount - tolerance_amount then null
            when is_paid_twice and abs(kept_refunded_amount - gap_amount) <= tolerance_amount then null
            when is_paid_twice then 'OP05'
            when abs(gap_amount) > tolerance_amount then 'OP03'
            when received_on <> paid_on then 'OP06'
        end as code,
        case
            when covered_from is null then 'no_counterpart_source'
            when owed_amount = 0 and received_amount = 0 then 'nothing_owed'
            when payment_count = 0 and owed_amount <= tolerance_amount then 'nothing_owed'
            when payment_count = 0 and (failed_count = 0 or processing_count > 0) and paid_on < covered_from
                then 'before_coverage'
        end as excluded_reason
    from compared

),

dated as (

    select
        *,
        case
            when code = 'OP01' then {{ add_days("paid_on", window("PAYMENT_ARRIVAL", "pay_channel", "paid_on")) }}
            -- Less than the whole order on an unpaid order is a deposit that waits for the rest.
            when code = 'OP04' and owed_amount = 0 and is_closed = 0 and received_amount < full_amount - tolerance_amount
                then {{ add_days("received_on", window("DEPOSIT_BALANCE", "pay_channel", "received_on")) }}
        end as arrival_due_on
    from decided

)

select
    *,
    case
        when excluded_reason is not null then 'excluded'
        when code is null or code = 'OP06' then 'matched'
        when arrival_due_on >= {{ as_of() }} then 'pending'
        else 'exception'
    end as state
from dated

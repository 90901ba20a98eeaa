-- Grain: one row per refund that a platform made, with the channel's outflow for it and what that means. The one place
-- where the refund leg decides about a refund; the first rule that applies wins. Amounts are the merchant's: outflow −.

with

refunds as (

    select
        refunds.*,
        -expected_amount as owed_amount,
        net_amount + expected_amount as gap_amount,
        case when net_amount + expected_amount = 0 then cast(0 as numeric(18, 2)) else
            {{ tolerance("refunds", "refunds.platform", "refunds.currency", "refunds.refunded_on") }}
        end as tolerance_amount
    from {{ ref("int_refunds_with_outflows") }} as refunds

),

decided as (

    select
        *,
        case
            when covered_from is null then null
            when outflow_count = 0 and expected_amount <= tolerance_amount then null
            when outflow_count = 0 and refunded_on < covered_from then null
            -- The channel has taken it on and not done it.
            when outflow_count = 0 and processing_count > 0 then 'RF07'
            when outflow_count = 0 then 'RF01'
            when not has_case then 'RF02'
            when outflow_channel <> paying_channel and reversed_amount = 0 then 'RF01'
            when abs(gap_amount) <= tolerance_amount then null
            when gap_amount > 0 and reversed_amount > 0 then 'RF06'
            -- An outflow that could be missing altogether is a second one.
            when outflow_count > 1 and gap_amount < 0
                and net_amount - smallest_outflow <= owed_amount + tolerance_amount then 'RF05'
            else 'RF03'
        end as code,
        case
            when covered_from is null then 'no_counterpart_source'
            when outflow_count = 0 and expected_amount <= tolerance_amount then 'nothing_owed'
            when outflow_count = 0 and refunded_on < covered_from then 'before_coverage'
        end as excluded_reason
    from refunds

),

dated as (

    select
        *,
        case code
            when 'RF01' then {{ add_days("refunded_on", window("REFUND_ARRIVAL", "paying_channel", "refunded_on")) }}
            when 'RF07' then {{ add_days("refunded_on", window("AFTER_SALE_HANDLING", "platform", "refunded_on")) }}
        end as arrival_due_on
    from decided

)

select
    *,
    case
        when excluded_reason is not null then 'excluded'
        when code is null then 'matched'
        when arrival_due_on >= {{ as_of() }} then 'pending'
        else 'exception'
    end as state
from dated

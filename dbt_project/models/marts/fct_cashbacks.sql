-- Grain: one row per payable and currency with cashback promised or paid, and per cashback that belongs to no order. The
-- one place where the promotion leg decides about cashback; the first rule that applies wins. Amounts are positive.

with

-- Whether promises of a kind are kept through the channels at all: what others bear may never pass through our bills.
kept as (

    select
        platform,
        bearer,
        {{ mean("case when paid_count > 0 then 1 else 0 end") }} as kept_share
    from {{ ref("int_cashbacks") }}
    where owed_amount > 0
        and due_on < {{ as_of() }}
    group by platform, bearer

),

cashbacks as (

    select
        cashbacks.*,
        coalesce(cashbacks.platform || '|' || cashbacks.order_id, cashbacks.payable_id) || '|cashback' as cashback_key,
        coalesce(kept.kept_share, 0) as kept_share,
        paid_amount - promised_amount as gap_amount,
        case when paid_amount = promised_amount then cast(0 as numeric(18, 2)) else
            {{ tolerance("promotions", "cashbacks.platform", "cashbacks.currency", "coalesce(cashbacks.paid_on, cashbacks.due_on)") }}
        end as tolerance_amount
    from {{ ref("int_cashbacks") }} as cashbacks
    left join kept
        on cashbacks.platform = kept.platform
            and cashbacks.bearer = kept.bearer

),

compared as (

    select
        *,
        case
            when not has_order and not is_active then 'no_counterpart_source'
            when paid_count > 0 then null
            when owed_amount <= tolerance_amount then 'nothing_owed'
            when kept_share >= {{ setting("tolerances", "PREVAILING_BASIS", "min_share", {}, as_of()) }} then null
            when bearer <> 'merchant' then 'borne_by_others'
            when covered_from is null or kept_share = 0 then 'no_counterpart_source'
            when due_on < covered_from then 'before_coverage'
        end as excluded_reason,
        -- Paid as promised, or less where the order was refunded, in whole or in part.
        abs(gap_amount) <= tolerance_amount
        or abs(paid_amount - owed_amount) <= tolerance_amount
        -- A part of a promise may be rounded either way.
        or abs(paid_amount - least_amount) < 0.01 as is_paid_right
    from cashbacks

),

decided as (

    select
        *,
        case
            when excluded_reason is not null or is_paid_right then null
            when promised_amount = 0 then 'cashback_not_promised'
            when paid_count = 0 then 'cashback_missing'
            when paid_count > 1 and paid_amount - smallest_amount >= promised_amount - tolerance_amount
                then 'cashback_doubled'
            else 'cashback_amount'
        end as reason
    from compared

)

select
    *,
    case when reason is not null then 'OP11' end as code,
    case when reason = 'cashback_missing' then due_on end as arrival_due_on,
    case
        when excluded_reason is not null then 'excluded'
        when reason is null then 'matched'
        when reason = 'cashback_missing' and due_on >= {{ as_of() }} then 'pending'
        else 'exception'
    end as state
from decided

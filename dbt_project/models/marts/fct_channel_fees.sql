-- Grain: one row per payment of a channel's bill that a contract covers and component (the fee, what its refunds bring
-- back of it), with what it must come to and what that means. The one place where the settlement leg decides about a
-- channel's own bill.

with

-- A platform's contract does not name the channel: it counts where most payments of the channel follow it.
followed as (

    {{ prevailing_basis(ref("int_channel_fees"), ["channel", "platform", "component"], {"contract": "gap_amount = 0"}) }}

),

fees as (

    select
        fees.payment_key,
        fees.component,
        fees.expected_amount,
        fees.actual_amount,
        fees.charge_count,
        fees.first_charged_on,
        fees.since_on,
        fees.gap_amount,
        case
            when not fees.is_charged_in_bill then 'not_charged_in_bill'
            when not fees.is_of_channel and followed.basis is null then 'contract_not_followed'
        end as excluded_reason,
        fees.gap_amount <> 0 and fees.charge_count = 0
        and {{ add_days("fees.since_on",
            "least(coalesce(fees.longest_days, " ~ window("SETTLEMENT_PART", "fees.channel", "fees.since_on") ~ "), "
            ~ window("SETTLEMENT_PART", "fees.channel", "fees.since_on") ~ ")") }} >= {{ as_of() }} as is_awaited
    from {{ ref("int_channel_fees") }} as fees
    left join followed
        on fees.channel = followed.channel
            and fees.platform = followed.platform
            and fees.component = followed.component

),

decided as (

    select
        payments.*,
        fees.component,
        fees.expected_amount,
        fees.actual_amount,
        fees.charge_count,
        fees.since_on,
        fees.gap_amount,
        fees.excluded_reason,
        coalesce(fees.first_charged_on, fees.since_on) as charged_on,
        fees.excluded_reason is null and fees.is_awaited as is_awaited,
        case
            when fees.excluded_reason is not null or fees.is_awaited or fees.gap_amount = 0 then null
            when abs(fees.gap_amount)
                <= {{ tolerance("settlements", "payments.platform", "payments.currency", "fees.since_on") }} then null
            when fees.component = 'channel_fee_reversal' and payments.refund_count > 0 then 'RF13'
            else 'ST04'
        end as code,
        refunds.refund_id,
        refunds.after_sale_id
    from fees
    inner join {{ ref("int_payments_with_fees") }} as payments
        on fees.payment_key = payments.payment_key
    left join {{ ref("int_refunds_matched_to_transactions") }} as matched
        on payments.refund_count = 1
            and fees.component = 'channel_fee_reversal'
            and payments.last_refund_key = matched.transaction_key
    left join {{ ref("int_refunds") }} as refunds
        on matched.refund_key = refunds.refund_key

)

select
    {% for column in [
        "payment_key", "component", "channel", "account_id", "transaction_id", "platform", "shop_id", "order_id", "refund_id",
        "after_sale_id", "currency", "charge_count", "terms_from", "rounding_rule", "charged_on", "since_on", "is_awaited",
        "refund_source_row", "source_row", "terms_source_row", "excluded_reason", "code"
    ] -%}
    {{ column }},
    {% endfor -%}
    cast(actual_amount - gap_amount as numeric(18, 2)) as expected_amount,
    cast(actual_amount as numeric(18, 2)) as actual_amount,
    cast(gap_amount as numeric(18, 2)) as gap_amount,
    channel_fee_rate as rate,
    cast(amount as numeric(18, 2)) as base_amount,
    case when code is not null then {{ channel_fee_exception_id() }} end as exception_id,
    case
        when excluded_reason is not null then 'excluded'
        when code is not null then 'exception'
        when is_awaited then 'pending'
        else 'matched'
    end as state
from decided

-- Grain: one row per order and component of its settlement (sale, refund, subsidy, a fee, what is given back of it,
-- adjustment), with what it must come to and what that means. The one place where the settlement leg decides about them.

{{ config(meta={"partition_by": "order"}) }}

with

components as (

    select
        components.*,
        orders.order_id,
        orders.shop_id,
        orders.currency,
        orders.source_row as order_source_row,
        orders.base_amount,
        orders.buyer_paid_amount,
        orders.terms_from,
        orders.rounding_rule,
        case when fee = 'commission' then orders.commission_rate when fee = 'channel_fee' then orders.channel_fee_rate end
            as lowest_rate,
        case when fee = 'commission' then orders.highest_commission_rate when fee = 'channel_fee' then orders.channel_fee_rate end
            as highest_rate,
        coalesce(refunds.refund_count, 0) as refund_count,
        refunds.refunded_on,
        refunds.source_row as refund_source_row,
        case when refunds.refund_count = 1 then refunds.refund_id end as refund_id,
        case when refunds.refund_count = 1 then refunds.after_sale_id end as after_sale_id,
        case when gap_amount = 0 then cast(0 as numeric(18, 2)) else
            {{ tolerance("settlements", "components.platform", "orders.currency", "components.last_settled_on") }}
        end as tolerance_amount
    from {{ ref("int_settlement_components_adjusted") }} as components
    inner join {{ ref("int_orders_expected_to_settle") }} as orders
        on components.order_key = orders.order_key
    left join {{ ref("int_refunds_settled") }} as refunds
        on components.order_key = refunds.order_key

),

decided as (

    select
        components.*,
        repeated.repeated_amount,
        case
            when abs(gap_amount) <= tolerance_amount then null
            when repeated.repeated_amount is not null then 'ST06'
            when components.component in ('commission_reversal', 'channel_fee_reversal') and refund_count > 0 then 'RF13'
            when components.component = 'subsidy' and is_other_share then null
            when components.component = 'subsidy' then 'ST07'
            when fee in ('commission', 'channel_fee') then 'ST04'
            else 'ST03'
        end as code,
        case
            when not is_comparable then 'no_contract'
            -- Another share than the order's is OP08; a promise that was not kept or was taken back is ours.
            when components.component = 'subsidy' and is_other_share and repeated.repeated_amount is null
                and abs(gap_amount) > tolerance_amount then 'other_share'
        end as excluded_reason
    from components
    left join {{ ref("int_settlement_components_repeated") }} as repeated
        on components.order_key = repeated.order_key
            and components.component = repeated.component

)

select
    {% for column in ["order_key", "component", "platform", "order_id", "shop_id", "currency", "refund_id", "after_sale_id"] -%}
    {{ column }},
    {% endfor -%}
    last_batch_id as batch_id,
    last_line_id as line_id,
    cast(actual_amount - case when code is null then own_gap_amount else gap_amount end as numeric(18, 2)) as expected_amount,
    cast(actual_amount as numeric(18, 2)) as actual_amount,
    cast(gap_amount as numeric(18, 2)) as gap_amount,
    repeated_amount,
    line_count,
    lowest_rate as rate,
    case when fee = 'commission' then base_amount when fee = 'channel_fee' then buyer_paid_amount end as base_amount,
    lowest_rate <> highest_rate as has_several_rates,
    rounding_rule,
    terms_from,
    refunded_on,
    last_settled_on as settled_on,
    coalesce(since_on, last_settled_on) as since_on,
    is_settled,
    is_awaited,
    order_source_row,
    refund_source_row,
    last_source_row as line_source_row,
    code,
    case when code is not null then {{ settlement_exception_id("last_line_id") }} end as exception_id,
    excluded_reason,
    case
        when excluded_reason is not null then 'excluded'
        when code is not null then 'exception'
        when is_awaited then 'pending'
        else 'matched'
    end as state
from decided

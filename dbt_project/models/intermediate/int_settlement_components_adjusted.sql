-- Grain: one row per order and component of its settlement, with the gap that is left when what may still come is
-- awaited, a fee and what was given back of it are right together, and adjustments have made good what they can.

{{ config(meta={"partition_by": "order"}) }}

with

components as (

    select
        components.*,
        orders.platform,
        replace(components.component, '_reversal', '') as fee,
        {{ window("SETTLEMENT_PART", "orders.platform", "components.since_on") }} as window_days,
        lags.longest_days,
        sum(case when components.component in ('sale', 'subsidy', 'commission', 'channel_fee')
            then components.line_count else 0 end) over (partition by components.order_key) > 0 as is_settled
    from {{ ref("int_settlement_components") }} as components
    inner join {{ ref("int_orders_expected_to_settle") }} as orders
        on components.order_key = orders.order_key
    inner join {{ ref("int_settlement_lags") }} as lags
        on orders.platform = lags.platform
            and components.component = lags.component

),

-- What is missing altogether may still come, for as long as it ever took on the platform, at most the window's days.
awaited as (

    select
        *,
        own_gap_amount <> 0 and line_count = 0 and component not in ('sale', 'refund')
        and (
            since_on is null
            or {{ add_days("since_on", "least(coalesce(longest_days, window_days), window_days)") }} >= {{ as_of() }}
        ) as is_awaited,
        abs(sum(actual_amount - expected_amount) over (partition by order_key, fee))
            <= max(slack_amount) over (partition by order_key, fee) as is_right_in_all
    from components

),

gaps as (

    select
        *,
        case
            when not is_settled and component <> 'adjustment' or is_awaited or is_right_in_all then 0
            else own_gap_amount
        end as raw_gap_amount
    from awaited

),

summed as (

    select
        *,
        {% for name, value in [
            ("gap_total", "raw_gap_amount"), ("gap_count", "case when raw_gap_amount = 0 then 0 else 1 end")
        ] -%}
        sum(case when component = 'adjustment' then 0 else {{ value }} end) over (partition by order_key) as {{ name }},
        {% endfor -%}
        sum(case when component = 'adjustment' then raw_gap_amount else 0 end) over (partition by order_key)
            as adjusted_amount
    from gaps

),

met as (

    select
        *,
        max(case when component <> 'adjustment' and raw_gap_amount = -adjusted_amount and raw_gap_amount <> 0
            then component end) over (partition by order_key) as met_component
    from summed

)

-- An adjustment may make good for all that was wrong, for one component, or for a part of the only one.
select
    *,
    case
        when adjusted_amount = 0 then raw_gap_amount
        when gap_total + adjusted_amount = 0 then 0
        when component = 'adjustment' and (gap_count = 1 or met_component is not null) then 0
        when component = 'adjustment' then raw_gap_amount
        when component = met_component then 0
        when met_component is null and gap_count = 1 and raw_gap_amount <> 0 then raw_gap_amount + adjusted_amount
        else raw_gap_amount
    end as gap_amount
from met

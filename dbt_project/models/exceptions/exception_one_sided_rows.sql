-- Grain: one row per source row of an open or pending item that only one side of its leg knows: what is looked for among
-- the other side's rows.

{{ config(materialized="view") }}

with

one_sided as (

    select exception_id
    from {{ ref("fct_reconciliation") }}
    where exception_id is not null
        and state <> 'excluded'
    group by exception_id
    having min(side) = max(side)
        and min(leg) = max(leg)

),

leg_windows as (

    select
        legs.leg,
        min(windows.days) as window_days
    from {{ ref("legs") }} as legs
    inner join {{ ref("windows") }} as windows
        on legs.window_rule = windows.rule
    where windows.channel is null
    group by legs.leg

)

select
    rows_of_legs.exception_id,
    rows_of_legs.leg,
    case when rows_of_legs.side = 'ours' then 'theirs' else 'ours' end as other_side,
    rows_of_legs.reference,
    rows_of_legs.channel,
    rows_of_legs.business_on,
    rows_of_legs.currency,
    rows_of_legs.amount,
    coalesce(leg_windows.window_days, 0) as window_days
from {{ ref("fct_reconciliation") }} as rows_of_legs
inner join one_sided
    on rows_of_legs.exception_id = one_sided.exception_id
left join leg_windows
    on rows_of_legs.leg = leg_windows.leg
where rows_of_legs.state <> 'excluded'

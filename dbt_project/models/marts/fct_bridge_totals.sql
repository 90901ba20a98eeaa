-- Grain: one row per place (shop, or account where money is pooled), month, currency and stage of the money bridge: the
-- stage's total and that of the stage before. Every place has every stage, so that no beginning is missing.

{{ config(materialized="view") }}

with

stages as (

    select * from {{ ref("fct_bridge_stages") }}

),

places as (

    select distinct platform, shop_id, account_id, month_on, currency from stages
    union
    select distinct platform, shop_id, account_id, month_on, currency from {{ ref("fct_money_bridge_items") }}

),

ladder as (

    select
        places.*,
        names.sort_order as step,
        names.line
    from places
    cross join {{ ref("bridge_lines") }} as names
    where names.line_kind = 'stage'

)

select
    ladder.*,
    coalesce(stages.amount, 0) as amount,
    lag(coalesce(stages.amount, 0)) over (
        partition by ladder.platform, ladder.shop_id, ladder.account_id, ladder.month_on, ladder.currency
        order by ladder.step
    ) as amount_before
from ladder
left join stages
    on ladder.step = stages.step
        and coalesce(ladder.platform, '') = coalesce(stages.platform, '')
        and coalesce(ladder.shop_id, '') = coalesce(stages.shop_id, '')
        and coalesce(ladder.account_id, '') = coalesce(stages.account_id, '')
        and ladder.month_on = stages.month_on
        and ladder.currency = stages.currency

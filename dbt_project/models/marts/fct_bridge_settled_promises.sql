-- Grain: one row per entry of the bridge about promises: cashback to buyers and what channels paid out of it, subsidies
-- to the merchant and what platforms settled of them.

{{ config(materialized="view") }}

with

orders as (

    select
        *,
        coalesce(paid_on, ordered_on) as entered_on
    from {{ ref("int_orders") }}
    where is_paid

),

-- A promise stands in the stage before: it leaves with the opposite sign.
parts as (

    select
        'cashback' as kind, payable_id as item_key, order_id as item_id, platform, shop_id,
        cast(null as text) as account_id, entered_on as happened_on, currency, cashback_amount as amount,
        true as is_promise
    from orders
    where cashback_amount <> 0

    union all

    select
        'cashback', payable_id, transaction_id, platform, shop_id, account_id, occurred_on, currency, amount, false
    from {{ ref("int_transactions_placed") }}
    where type = 'cashback'
        and payable_id is not null

    union all

    select
        'subsidy', order_key, order_id, platform, shop_id, null, entered_on, currency, -subsidy_amount, true
    from orders
    where subsidy_amount <> 0

    union all

    select
        'subsidy', order_key, line_id, platform, shop_id, account_id, settled_on, currency, amount, false
    from {{ ref("int_settlement_lines_placed") }}
    where type = 'subsidy'
        and order_key is not null

),

tallied as (

    select
        kind,
        item_key,
        currency,
        min(item_id) as item_id,
        min(platform) as platform,
        min(shop_id) as shop_id,
        cast(null as text) as account_id,
        coalesce(min(case when is_promise then happened_on end), min(happened_on)) as happened_on,
        sum(amount) as amount,
        sum(case when is_promise then 1 else 0 end) as promised_count,
        sum(case when is_promise then 0 else 1 end) as kept_count
    from parts
    group by kind, item_key, currency

),

platforms as (

    select distinct platform, true as settles from {{ ref("int_settlement_lines") }}

),

decided as (

    select
        tallied.*,
        case
            when tallied.promised_count = 0 then tallied.kind || '_unpromised'
            when tallied.kept_count > 0 then tallied.kind || '_difference'
            when platforms.settles and tallied.kind = 'subsidy' then 'unsettled'
            else tallied.kind || '_open'
        end as line
    from tallied
    left join platforms
        on tallied.platform = platforms.platform

)

{% set promise = {"item_type": "promise", "item_key": "kind || '|' || item_key", "item_id": "item_id",
    "business_on": "happened_on"} %}

{{ bridge_entries("parts", promise) }}
union all
{{ bridge_entries("decided", dict(promise, line="line")) }}

-- Grain: one row per step of the money bridge, item, place, month, currency and line: what one order, refund, batch or
-- transfer adds to a difference. A residual names the item of which the leg's fact and the sources' rows disagree.

with

entries as (

    select * from {{ ref("fct_bridge_entries") }}

),

-- An item's difference stands where its leg's fact puts it.
homes as (

    select step, item_key, item_id, platform, shop_id, account_id, month_on
    from (
        select
            entries.*,
            row_number() over (partition by step, item_key order by month_on, platform, shop_id, account_id) as place
        from entries
        where line is not null
    ) as placed
    where place = 1

),

-- Rows elsewhere carry their amount there: first into the other month, then from the shop to the account in which
-- several shops' money lies together. An item without a fact stays where its rows are.
located as (

    select
        entries.*,
        homes.item_key is null as is_without_fact,
        coalesce(homes.item_id, entries.item_id) as shown_id,
        homes.platform as home_platform,
        homes.shop_id as home_shop_id,
        homes.account_id as home_account_id,
        homes.month_on as home_month_on,
        entries.month_on <> homes.month_on as is_in_other_month,
        coalesce(entries.platform, '') <> coalesce(homes.platform, '')
        or coalesce(entries.shop_id, '') <> coalesce(homes.shop_id, '')
        or coalesce(entries.account_id, '') <> coalesce(homes.account_id, '') as is_pooled
    from entries
    left join homes
        on entries.step = homes.step
            and entries.item_key = homes.item_key

),

told as (

    select *
    from located
    where line is null
        and not is_without_fact

),

{% set home = "home_platform as platform, home_shop_id as shop_id, home_account_id as account_id" %}
{% set item = "step, item_type, item_key, shown_id" %}
{% set own = "platform, shop_id, account_id" %}

lines as (

    select {{ item }}, {{ own }}, month_on, currency, line, amount from located where line is not null
    union all
    select {{ item }}, {{ home }}, home_month_on, currency, 'other_month', -amount from told where is_in_other_month
    union all
    select {{ item }}, {{ home }}, month_on, currency, 'other_month', amount from told where is_in_other_month
    union all
    select {{ item }}, {{ home }}, month_on, currency, 'pooled', -amount from told where is_pooled
    union all
    select {{ item }}, {{ own }}, month_on, currency, 'pooled', amount from told where is_pooled
    union all
    select {{ item }}, {{ own }}, month_on, currency, 'residual', amount from located where is_without_fact
    union all
    select
        {{ item }}, {{ home }}, home_month_on, currency, 'residual',
        case when line is null then amount else -amount end
    from located
    where not is_without_fact

)

select
    step,
    item_type,
    min(shown_id) as item_id,
    item_key,
    {{ own }},
    month_on,
    currency,
    line,
    sum(amount) as amount
from lines
group by step, item_type, item_key, {{ own }}, month_on, currency, line
having sum(amount) <> 0

-- Grain: one row per step of the money bridge, item, place, month, currency and line: what one order, refund, batch or
-- transfer adds to a difference. A residual names the item of which the leg's fact and the sources' rows disagree.

{% set item = "step, item_key" %}
{% set place = "platform, shop_id, account_id, month_on, currency" %}

with

-- Named once and used twice: kept, not worked out twice.
entries as (

    select {{ item }}, item_id, {{ place }}, line, amount
    from {{ ref("fct_bridge_entries") }}
    where line is not null or amount <> 0

),

-- What an item's rows and its leg's fact say at one place. Most items stand at a single one and add up there: summed
-- first, little of them is left for what follows.
places as (

    select
        {{ item }},
        {{ place }},
        min(item_id) as item_id,
        max(case when line is not null then 1 else 0 end) as has_fact,
        sum(case when line is null then amount else 0 end) as moved_amount,
        sum(case when line is null then amount else -amount end) as untold_amount
    from entries
    group by {{ item }}, {{ place }}

),

-- An item's difference stands where its leg's fact puts it; an item without a fact stays where its rows are.
homes as (

    select
        *,
        {% for column in ["has_fact", "item_id", "platform", "shop_id", "account_id", "month_on"] -%}
        first_value({{ column }}) over (
            partition by step, item_key
            order by has_fact desc, month_on, platform, shop_id, account_id, currency
        ) as home_{{ column }}{{ "," if not loop.last }}
        {% endfor %}
    from places

),

-- Rows elsewhere carry their amount there: first into the other month, then from the shop to the account in which
-- several shops' money lies together.
located as (

    select
        *,
        home_has_fact = 1 and month_on <> home_month_on as is_in_other_month,
        home_has_fact = 1 and (
            coalesce(platform, '') <> coalesce(home_platform, '')
            or coalesce(shop_id, '') <> coalesce(home_shop_id, '')
            or coalesce(account_id, '') <> coalesce(home_account_id, '')
        ) as is_pooled
    from homes

),

{% set at_home = "home_item_id, home_platform, home_shop_id, home_account_id" %}
{% set away = "home_item_id, platform, shop_id, account_id" %}

lines as (

    select * from entries where line is not null and amount <> 0

    {% for condition, line, amount, at, month in [
        ("is_in_other_month", "other_month", "-moved_amount", at_home, "home_month_on"),
        ("is_in_other_month", "other_month", "moved_amount", at_home, "month_on"),
        ("is_pooled", "pooled", "-moved_amount", at_home, "month_on"),
        ("is_pooled", "pooled", "moved_amount", away, "month_on"),
        ("home_has_fact = 0", "residual", "untold_amount", away, "month_on"),
        ("home_has_fact = 1", "residual", "untold_amount", at_home, "home_month_on"),
    ] -%}
    union all
    select {{ item }}, {{ at }}, {{ month }}, currency, '{{ line }}', {{ amount }}
    from located where {{ condition }} and {{ amount }} <> 0
    {% endfor %}

)

select
    step,
    split_part(item_key, '|', 1) as item_type,
    coalesce(min(item_id), substring(item_key, position('|' in item_key) + 1)) as item_id,
    item_key,
    {{ place }},
    line,
    sum(amount) as amount
from lines
group by {{ item }}, {{ place }}, line
having sum(amount) <> 0
union all
select step, item_type, item_id, item_key, {{ place }}, line, amount
from {{ ref("fct_bridge_told") }}

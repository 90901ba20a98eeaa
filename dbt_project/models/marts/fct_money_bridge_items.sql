-- Grain: one row per step of the money bridge, item, place, month, currency and line: what one order, refund, batch or
-- transfer adds to a difference. A residual names the item of which the leg's fact and the sources' rows disagree.

with

entries as (

    select * from {{ ref("fct_bridge_entries") }}

),

-- An item's difference stands where its leg's fact puts it; an item without a fact stays where its rows are.
homes as (

    select
        *,
        {% for column in ["line", "item_id", "platform", "shop_id", "account_id", "month_on"] -%}
        first_value({{ column }}) over (
            partition by step, item_key
            order by case when line is null then 1 else 0 end, month_on, platform, shop_id, account_id, currency, line
        ) as home_{{ column }}{{ "," if not loop.last }}
        {% endfor %}
    from entries

),

-- Rows elsewhere carry their amount there: first into the other month, then from the shop to the account in which
-- several shops' money lies together.
located as (

    select
        *,
        home_line is null as is_without_fact,
        month_on <> home_month_on as is_in_other_month,
        coalesce(platform, '') <> coalesce(home_platform, '')
        or coalesce(shop_id, '') <> coalesce(home_shop_id, '')
        or coalesce(account_id, '') <> coalesce(home_account_id, '') as is_pooled
    from homes

),

told as (

    select *
    from located
    where line is null
        and not is_without_fact

),

{% set home = "home_platform as platform, home_shop_id as shop_id, home_account_id as account_id" %}
{% set item = "step, item_type, item_key, home_item_id" %}
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
    min(home_item_id) as item_id,
    item_key,
    {{ own }},
    month_on,
    currency,
    line,
    sum(amount) as amount
from lines
group by step, item_type, item_key, {{ own }}, month_on, currency, line
having sum(amount) <> 0

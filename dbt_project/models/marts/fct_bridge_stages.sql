-- Grain: one row per stage of the money bridge, place (shop, or account where money is pooled), month and currency: the
-- stage's total from the sources' rows, whatever any leg makes of them.

{{ config(materialized="view") }}

with

orders as (

    select
        platform,
        shop_id,
        currency,
        is_paid,
        ordered_on,
        coalesce(paid_on, ordered_on) as paid_on,
        coalesce(
            list_amount, buyer_paid_amount + coalesce(discount_amount, 0) - coalesce(freight_amount, 0)
        ) as list_value,
        owed_amount,
        owed_amount + case when is_paid then coalesce(subsidy_amount, 0) - coalesce(cashback_amount, 0) else 0 end
            as receivable_amount
    from {{ ref("int_orders") }}

),

stage_rows as (

    select 1 as step, platform, shop_id, null as account_id, ordered_on as business_on, currency, list_value as amount
    from orders

    {% for step, amount in [(2, "owed_amount"), (3, "receivable_amount")] -%}
    union all
    select {{ step }}, platform, shop_id, null, paid_on, currency, {{ amount }} from orders where is_paid
    {% endfor -%}

    union all
    select 3, platform, shop_id, null, refunded_on, currency, -amount from {{ ref("int_refunds_placed") }}

    {% for step in [4, 5] -%}
    union all
    select {{ step }}, platform, shop_id, account_id, settled_on, currency, amount
    from {{ ref("int_settlement_lines_placed") }}
    union all
    select {{ step }}, platform, shop_id, account_id, occurred_on, currency, net_amount
    from {{ ref("int_transactions_placed") }}
    {{ "where not has_ledger" if step == 5 }}
    {% endfor -%}

    union all
    select 5, platform, shop_id, account_id, occurred_on, currency, amount
    from {{ ref("int_wallet_lines_placed") }}
    where payout_key is null

    union all
    select 6, platform, shop_id, account_id, made_on, currency, amount from {{ ref("int_payouts_placed") }}

    union all
    select 7, platform, shop_id, account_id, booked_on, currency, amount from {{ ref("int_bank_lines_placed") }}

)

select
    step,
    platform,
    shop_id,
    account_id,
    {{ month_start("business_on") }} as month_on,
    currency,
    sum(amount) as amount
from stage_rows
group by step, platform, shop_id, account_id, {{ month_start("business_on") }}, currency

-- Grain: one row per WeChat fund-flow delivery with the merchant number it belongs to. The bill itself names none:
-- its payments stand in the trade bill with their merchant number, and a delivery without payments goes on where
-- another one's balance ended.

{{ config(materialized="table") }}

with recursive

lines as (

    select
        delivery_id,
        business_no,
        amount,
        balance_after,
        occurred_at,
        row_number() over (partition by delivery_id order by line_number) as from_first,
        row_number() over (partition by delivery_id order by line_number desc) as from_last
    from {{ ref("stg_wechat__wallet_lines") }}

),

deliveries as (

    select
        delivery_id,
        min(occurred_at) as begins_at,
        min(case when from_first = 1 then balance_after - amount end) as opening_balance,
        min(case when from_last = 1 then balance_after end) as closing_balance
    from lines
    group by delivery_id

),

by_payments as (

    select
        lines.delivery_id,
        min(transactions.account_id) as account_id
    from lines
    inner join {{ ref("stg_wechat__channel_transactions") }} as transactions
        on lines.business_no = transactions.transaction_id
    group by lines.delivery_id

),

found (delivery_id, account_id) as (

    select
        delivery_id,
        account_id
    from by_payments

    union

    select
        later.delivery_id,
        found.account_id
    from found
    inner join deliveries as earlier
        on found.delivery_id = earlier.delivery_id
    inner join deliveries as later
        on earlier.closing_balance = later.opening_balance
            and earlier.begins_at < later.begins_at
    where later.delivery_id not in (select delivery_id from by_payments)

)

select
    delivery_id,
    min(account_id) as account_id
from found
group by delivery_id

-- Grain: one row per shop and paying channel whose orders can be compared with channel bills: some receipt of the shop
-- was found, and the channel that its orders name delivers bills. Other shops are settled by their platform alone.

with

payments as (

    select
        transactions.channel,
        transactions.occurred_on,
        matched.payable_id
    from {{ ref("int_channel_transactions") }} as transactions
    inner join {{ ref("int_transactions_matched_to_orders") }} as matched
        on transactions.transaction_key = matched.transaction_key
    where transactions.type = 'payment'
        and transactions.status = 'success'

),

shops as (

    select
        payables.platform,
        coalesce(payables.shop_id, '') as shop_id,
        min(payments.occurred_on) as covered_from
    from payments
    inner join {{ ref("int_payables") }} as payables
        on payments.payable_id = payables.payable_id
    group by payables.platform, coalesce(payables.shop_id, '')

),

channels as (

    select
        channel,
        min(occurred_on) as covered_from
    from {{ ref("int_channel_transactions") }}
    where type = 'payment'
    group by channel

),

asked as (

    select distinct
        platform,
        coalesce(shop_id, '') as shop_id,
        coalesce(pay_channel, '') as pay_channel
    from {{ ref("int_payables") }}

)

select
    asked.platform,
    asked.shop_id,
    asked.pay_channel,
    coalesce(channels.covered_from, shops.covered_from) as covered_from
from asked
inner join shops
    on asked.platform = shops.platform
        and asked.shop_id = shops.shop_id
left join channels
    on asked.pay_channel = channels.channel
where asked.pay_channel = ''
    or channels.channel is not null

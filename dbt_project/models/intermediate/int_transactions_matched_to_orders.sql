-- Grain: one row per channel transaction that belongs to a payable (an order, or orders paid together).
-- By merchant order number, then by order id, then through the transaction that it names or shares its number with.
-- Every channel is searched: a Taobao order paid through WeChat is found in WeChat's bill.

with

transactions as (

    select * from {{ ref("int_channel_transactions") }}

),

orders as (

    select * from {{ ref("int_orders") }}

),

by_reference as (

    {% for match_rule in ["merchant_order_no", "order_id"] %}
    select
        transactions.transaction_key,
        orders.payable_id,
        case when orders.pay_channel = transactions.channel then 0 else 1 end as distance,
        '{{ match_rule }}' as match_rule,
        {{ loop.index }} as step
    from transactions
    inner join orders
        on transactions.merchant_order_no = orders.{{ match_rule }}
    {{ "union all" if not loop.last }}
    {% endfor %}

),

-- The same number on two platforms: the one that names the channel; payable_id only makes the choice repeatable.
chosen as (

    select
        transaction_key,
        payable_id,
        match_rule,
        row_number() over (
            partition by transaction_key
            order by step, distance, payable_id
        ) as choice
    from by_reference

),

direct as (

    select
        transaction_key,
        payable_id,
        match_rule
    from chosen
    where choice = 1

),

known as (

    select
        transactions.channel,
        transactions.transaction_id,
        min(direct.payable_id) as payable_id
    from transactions
    inner join direct
        on transactions.transaction_key = direct.transaction_key
    group by transactions.channel, transactions.transaction_id

),

through_transaction as (

    select
        transactions.transaction_key,
        known.payable_id,
        'original_transaction_id' as match_rule
    from transactions
    left join direct
        on transactions.transaction_key = direct.transaction_key
    inner join known
        on transactions.channel = known.channel
            and known.transaction_id
            = coalesce(transactions.original_transaction_id, transactions.transaction_id)
    where direct.transaction_key is null
        and transactions.type <> 'payment'

)

select * from direct
union all
select * from through_transaction

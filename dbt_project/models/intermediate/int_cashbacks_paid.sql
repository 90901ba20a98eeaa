-- Grain: one row per payable for which a channel paid cashback, and per cashback that belongs to no order. Amounts are
-- positive here: what the buyer got, less what came back.

with

cashbacks as (

    select
        transactions.*,
        coalesce(matched.payable_id, transactions.transaction_key) as payable_id,
        matched.payable_id is not null as has_order
    from {{ ref("int_channel_transactions") }} as transactions
    left join {{ ref("int_transactions_matched_to_orders") }} as matched
        on transactions.transaction_key = matched.transaction_key
    where transactions.type = 'cashback'
        and transactions.status = 'success'

),

-- An account of which nothing belongs to an order is another business's.
accounts as (

    select distinct
        transactions.channel,
        coalesce(transactions.account_id, '') as account_id
    from {{ ref("int_channel_transactions") }} as transactions
    inner join {{ ref("int_transactions_matched_to_orders") }} as matched
        on transactions.transaction_key = matched.transaction_key

),

paid as (

    select
        payable_id,
        has_order,
        currency,
        count(*) as paid_count,
        -sum(amount) as paid_amount,
        -max(case when amount < 0 then amount end) as smallest_amount,
        min(channel) as channel,
        min(account_id) as account_id,
        min(transaction_id) as transaction_id,
        min(merchant_order_no) as merchant_order_no,
        max(occurred_on) as paid_on,
        min(source_row) as transaction_source_row
    from cashbacks
    group by payable_id, has_order, currency

)

select
    paid.*,
    accounts.channel is not null as is_active
from paid
left join accounts
    on paid.channel = accounts.channel
        and coalesce(paid.account_id, '') = accounts.account_id

-- Grain: one row per platform refund with the channel's outflows, failures and reversals for it.

with

outflows as (

    select
        matched.refund_key,
        sum(case when transactions.status = 'success' and transactions.amount < 0 then 1 else 0 end) as outflow_count,
        sum(case when transactions.status = 'success' then transactions.amount else 0 end) as net_amount,
        max(case when transactions.status = 'success' and transactions.amount < 0 then transactions.amount end)
            as smallest_outflow,
        sum(case when transactions.status = 'success' and transactions.amount > 0 then transactions.amount else 0 end)
            as reversed_amount,
        sum(case when transactions.status in ('failed', 'closed') then 1 else 0 end) as failed_count,
        sum(case when transactions.status = 'processing' then 1 else 0 end) as processing_count,
        min(transactions.channel) as outflow_channel,
        min(case when transactions.status = 'success' and transactions.amount < 0 then transactions.transaction_id end)
            as transaction_id,
        min(transactions.account_id) as account_id,
        max(transactions.occurred_on) as outflow_on,
        min(transactions.source_row) as outflow_source_row,
        min(matched.match_rule) as match_rule
    from {{ ref("int_refunds_matched_to_transactions") }} as matched
    inner join {{ ref("int_refund_transactions") }} as transactions
        on matched.transaction_key = transactions.transaction_key
    group by matched.refund_key

),

-- A refund that came back may be booked in the wallet alone: a number of one refund, without a reversal in the bill.
numbers as (

    select
        transactions.channel,
        transactions.transaction_no as transaction_id,
        min(matched.refund_key) as refund_key
    from {{ ref("int_refunds_matched_to_transactions") }} as matched
    inner join {{ ref("int_transactions_numbered") }} as transactions
        on matched.transaction_key = transactions.transaction_key
    group by transactions.channel, transactions.transaction_no
    having count(distinct matched.refund_key) = 1
        and max(transactions.amount) < 0

),

came_back as (

    select
        numbers.refund_key,
        max(lines.amount) as reversed_amount
    from numbers
    inner join {{ ref("int_wallet_lines_matched_to_transactions") }} as lines
        on numbers.channel = lines.channel
            and numbers.transaction_id = lines.transaction_id
    where lines.type like 'refund%'
    group by numbers.refund_key
    having sum(lines.amount) = 0
        and min(lines.amount) < 0

)

select
    claims.*,
    coalesce(outflows.outflow_count, 0) as outflow_count,
    coalesce(outflows.net_amount, 0) + coalesce(came_back.reversed_amount, 0) as net_amount,
    outflows.smallest_outflow,
    coalesce(outflows.reversed_amount, 0) + coalesce(came_back.reversed_amount, 0) as reversed_amount,
    coalesce(outflows.failed_count, 0) as failed_count,
    coalesce(outflows.processing_count, 0) as processing_count,
    outflows.outflow_channel,
    outflows.transaction_id,
    outflows.account_id,
    outflows.outflow_on,
    outflows.outflow_source_row,
    outflows.match_rule
from {{ ref("int_refund_claims") }} as claims
left join outflows
    on claims.refund_key = outflows.refund_key
left join came_back
    on claims.refund_key = came_back.refund_key

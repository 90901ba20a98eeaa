-- Grain: one row per wallet line that names a transaction of its channel's bill: by transaction id, else by the refund
-- request number. A trade's receipt, fee and refunds may share one number, so lines are compared number by number.

with

transactions as (

    select
        channel,
        transaction_id,
        min(transaction_no) as transaction_no,
        min(type) as first_type,
        max(type) as last_type
    from {{ ref("int_transactions_numbered") }}
    group by channel, transaction_id

),

requests as (

    select
        channel,
        request_no,
        min(transaction_no) as transaction_no,
        min(type) as type
    from {{ ref("int_transactions_numbered") }}
    where request_no <> ''
    group by channel, request_no

)

select
    lines.wallet_line_key,
    lines.channel,
    lines.account_id,
    lines.type,
    lines.amount,
    lines.source_row,
    -- A line of the bill's own kind; others (fees, cashback, further charges) may share its number.
    coalesce(lines.type in (transactions.first_type, transactions.last_type, requests.type), false) as is_same_type,
    coalesce(transactions.transaction_no, requests.transaction_no) as transaction_id
from {{ ref("int_wallet_lines") }} as lines
left join transactions
    on lines.channel = transactions.channel
        and lines.business_no = transactions.transaction_id
left join requests
    on lines.channel = requests.channel
        and lines.business_no = requests.request_no
where transactions.transaction_no is not null
    or requests.transaction_no is not null

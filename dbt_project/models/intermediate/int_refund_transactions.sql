-- Grain: one row per refund transaction in a channel's bill (outflows −, reversals +), with the payable it belongs to.

select
    transactions.*,
    matched.payable_id
from {{ ref("int_channel_transactions") }} as transactions
left join {{ ref("int_transactions_matched_to_orders") }} as matched
    on transactions.transaction_key = matched.transaction_key
where transactions.type = 'refund'

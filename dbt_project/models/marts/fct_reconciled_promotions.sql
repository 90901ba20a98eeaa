-- Grain: one row per order (ours), and per order line, promotion and cashback transaction (theirs), with the state it
-- ended in. What an order's own exception says holds for its lines and promotions too.

{{ config(materialized="view") }}

with

orders as (

    select
        promotions.*,
        cashbacks.cashback_key,
        cashbacks.state as cashback_state,
        cashbacks.code as cashback_code
    from {{ ref("fct_promotions") }} as promotions
    left join {{ ref("fct_cashbacks") }} as cashbacks
        on promotions.order_key || '|cashback' = cashbacks.cashback_key
            and promotions.currency = cashbacks.currency
            and cashbacks.code is not null

),

stated as (

    select
        *,
        case when code is null and cashback_code is not null then cashback_state else state end as row_state,
        coalesce(code, cashback_code, excluded_reason) as row_reason,
        case when code is null and cashback_code is not null then cashback_key else order_key end as exception_key
    from orders

),

details as (

    select
        details.*,
        case when orders.code is not null then 'exception' when orders.order_key is null then 'excluded' else 'matched' end
            as state,
        case when orders.order_key is null then 'order_unknown' else orders.code end as reason
    from {{ ref("int_order_details") }} as details
    left join orders
        on details.order_key = orders.order_key

),

transactions as (

    select
        transactions.*,
        cashbacks.platform,
        cashbacks.shop_id,
        cashbacks.cashback_key,
        cashbacks.has_order,
        case when transactions.status <> 'success' then 'excluded' else cashbacks.state end as state,
        case
            when transactions.status <> 'success' then 'not_successful'
            else coalesce(cashbacks.excluded_reason, cashbacks.code)
        end as reason
    from {{ ref("int_channel_transactions") }} as transactions
    left join {{ ref("int_transactions_matched_to_orders") }} as matched
        on transactions.transaction_key = matched.transaction_key
    left join {{ ref("fct_cashbacks") }} as cashbacks
        on coalesce(matched.payable_id, transactions.transaction_key) = cashbacks.payable_id
            and transactions.currency = cashbacks.currency
    where transactions.type = 'cashback'

)

{{ reconciliation_rows("promotions", "ours", "order", "stated", {
    "entity_id": "order_id", "platform": "platform", "shop_id": "shop_id", "business_on": "ordered_on",
    "amount": "buyer_paid_amount", "state": "row_state", "reason": "row_reason",
    "exception_id": exception_id("promotions", "'order'", "exception_key", "currency")
}) }}
union all
{% for kind in ["order_line", "order_promotion"] -%}
{{ reconciliation_rows("promotions", "theirs", kind, "(select * from details where entity_type = '" ~ kind ~ "') as details", {
    "entity_id": "detail_id", "platform": "platform", "shop_id": "shop_id", "business_on": "business_on",
    "amount": "amount", "state": "state", "reason": "reason",
    "exception_id": exception_id("promotions", "'order'", "order_key", "currency")
}) }}
union all
{% endfor -%}
{{ reconciliation_rows("promotions", "theirs", "transaction", "transactions", {
    "entity_id": "transaction_id", "platform": "platform", "channel": "channel", "shop_id": "shop_id",
    "account_id": "account_id", "business_on": "occurred_on", "amount": "amount", "state": "state", "reason": "reason",
    "exception_id": exception_id("promotions", "case when has_order then 'order' else 'transaction' end", "cashback_key", "currency")
}) }}

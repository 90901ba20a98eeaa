-- Grain: one row per transaction number of a channel's bill and per wallet line, with the state it ended in.

{{ config(materialized="view") }}

with

transactions as (

    select
        *,
        channel || '|' || coalesce(account_id, '') || '|' || transaction_id as exception_key
    from {{ ref("fct_wallet_transactions") }}

),

by_number as (

    select
        channel,
        transaction_id,
        min(exception_key) as exception_key,
        min(currency) as currency,
        min(state) as state,
        min(coalesce(excluded_reason, code, reason, 'transaction_number')) as reason
    from transactions
    group by channel, transaction_id

),

lines as (

    select
        lines.*,
        by_number.exception_key,
        by_number.currency as bill_currency,
        case
            when lines.code is not null then 'exception'
            else coalesce(by_number.state, 'excluded')
        end as state,
        coalesce(lines.code, by_number.reason, 'names_no_transaction') as reason
    from {{ ref("fct_wallet_lines") }} as lines
    left join {{ ref("int_wallet_lines_matched_to_transactions") }} as matched
        on lines.wallet_line_key = matched.wallet_line_key
    left join by_number
        on matched.channel = by_number.channel
            and matched.transaction_id = by_number.transaction_id

)

{{ reconciliation_rows("wallets", "ours", "transaction", "transactions", {
    "entity_id": "transaction_id", "channel": "channel", "account_id": "account_id", "business_on": "occurred_on",
    "amount": "bill_amount", "state": "state", "reason": "coalesce(excluded_reason, code, reason)",
    "exception_id": exception_id("wallets", "'transaction'", "exception_key", "currency")
}) }}
union all
{{ reconciliation_rows("wallets", "theirs", "wallet_line", "lines", {
    "entity_id": "line_id", "channel": "channel", "account_id": "account_id", "business_on": "occurred_on",
    "amount": "amount", "state": "state", "reason": "reason",
    "exception_id": "case when code is not null then " ~ exception_id("wallets", "'wallet_line'", "wallet_line_key", "currency")
        ~ " else " ~ exception_id("wallets", "'transaction'", "exception_key", "bill_currency") ~ " end"
}) }}

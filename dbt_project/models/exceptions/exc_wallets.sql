with

jumps as (

    select
        {{ break_columns({
            "code": "code",
            "entity_type": "'wallet_line'",
            "entity_id": "line_id",
            "entity_key": "wallet_line_key",
            "channel": "channel",
            "account_id": "account_id",
            "currency": "currency",
            "ours_amount": "balance_after - jump_amount",
            "theirs_amount": "balance_after",
            "reason": "'balance_jump'",
            "happened_on": "occurred_on",
            "counterpart": "line_id",
            "theirs_row": "source_row",
        }) }}
    from {{ ref("fct_wallet_lines") }}
    where code is not null

),

transactions as (

    select
        {{ break_columns({
            "code": "code",
            "entity_type": "'transaction'",
            "entity_id": "transaction_id",
            "entity_key": "channel || '|' || coalesce(account_id, '') || '|' || transaction_id",
            "channel": "channel",
            "account_id": "coalesce(account_id, wallet_account_id)",
            "currency": "currency",
            "ours_amount": "bill_amount",
            "theirs_amount": "coalesce(wallet_amount, 0)",
            "reason": "case when reason = 'missing' then 'not_in_wallet' else 'wallet_amount' end",
            "happened_on": "occurred_on",
            "counterpart": "transaction_id",
            "ours_row": "source_row",
            "theirs_row": "wallet_source_row",
        }) }}
    from {{ ref("fct_wallet_transactions") }}
    where code is not null

),

breaks as (

    select * from jumps
    union all
    select * from transactions

)

select * from ({{ exception_rows("wallets", "breaks") }}) as exceptions

with

payouts as (

    select
        {{ break_columns({
            "code": "code",
            "entity_type": "'payout'",
            "entity_id": "payout_id",
            "entity_key": "payout_key",
            "platform": "platform",
            "account_id": "account_id",
            "batch_id": "batch_id",
            "payout_id": "payout_id",
            "bank_line_id": "bank_line_id",
            "currency": "currency",
            "ours_amount": "case
                when code = 'BK03' and batch_code is not null then amount - batch_gap_amount
                when code = 'BK03' then paid_out_amount
                else amount
            end",
            "theirs_amount": "case
                when code = 'BK03' and batch_code is not null then amount
                when code = 'BK03' then paid_out_amount + gap_amount
                else 0
            end",
            "reason": "case
                when code = 'BK01' and candidates is not null then 'ambiguous'
                when code = 'BK01' and status = 'pending' then 'payout_pending'
                when code = 'BK03' and batch_code is not null then 'differs_from_batch'
                when code = 'BK03' and match_rule <> 'named' then 'credit_names_nothing'
                when code = 'BK03' and payout_count > 1 then 'several_payouts'
            end",
            "happened_on": "coalesce(case when code = 'BK03' and batch_code is null then credited_on end, made_on)",
            "arrival_due_on": "case when code = 'BK01' then arrival_due_on end",
            "caused_by": "case when code = 'BK01' then coalesce(" ~ caused_by("bank_statement", "made_on", "arrival_due_on")
                ~ ", " ~ exception_id("payouts", "'bank_line'", "candidate_line_key", "currency") ~ ") end",
            "candidates": "candidates",
            "counterpart": "bank_line_id",
            "ours_row": "case when batch_code is not null then batch_source_row else source_row end",
            "theirs_row": "case when batch_code is not null then source_row else bank_source_row end",
        }) }}
    from {{ ref("fct_payouts") }}
    where code is not null and state <> 'excluded'

),

credits as (

    select
        {{ break_columns({
            "code": "code",
            "entity_type": "'bank_line'",
            "entity_id": "line_id",
            "entity_key": "bank_line_key",
            "account_id": "account_id",
            "bank_line_id": "line_id",
            "currency": "currency",
            "ours_amount": "0",
            "theirs_amount": "amount",
            "reason": "case when candidates is not null then 'ambiguous' end",
            "candidates": "candidates",
            "happened_on": "booked_on",
            "counterpart": "counterparty_name",
            "theirs_row": "source_row",
        }) }}
    from {{ ref("fct_bank_lines") }}
    where code is not null

),

balances as (

    select
        {{ break_columns({
            "code": "'BK05'",
            "entity_type": "'account_day'",
            "entity_id": "account_id || '|' || cast(booked_on as text)",
            "entity_key": "bank_line_key",
            "account_id": "account_id", "bank_line_id": "line_id",
            "currency": "currency",
            "ours_amount": "balance_after - jump_amount",
            "theirs_amount": "balance_after",
            "reason": "'balance_jump'",
            "happened_on": "booked_on",
            "counterpart": "line_id",
            "theirs_row": "source_row",
        }) }}
    from {{ ref("fct_bank_lines") }}
    where jump_amount <> 0

),

breaks as (

    select * from payouts union all select * from credits union all select * from balances

)

select * from ({{ exception_rows("payouts", "breaks") }}) as exceptions

with

documents as (

    select
        {{ break_columns({
            "code": "code",
            "entity_type": "case when not has_event then 'document' when event_type = 'sale' then 'order'
                when event_type = 'sale_return' then 'refund' else 'payout' end",
            "entity_id": "case when not has_event then document_id when event_type = 'sale' then order_id
                when event_type = 'sale_return' then refund_id else payout_id end",
            "entity_key": "event_key",
            "platform": "platform",
            "shop_id": "shop_id",
            "order_id": "order_id",
            "after_sale_id": "after_sale_id",
            "refund_id": "refund_id",
            "batch_id": "batch_id",
            "payout_id": "payout_id",
            "document_id": "document_id",
            "currency": "currency",
            "ours_amount": "event_amount",
            "theirs_amount": "document_amount",
            "reason": "reason",
            "happened_on": "case when document_count > 0 then last_document_on else recognised_on end",
            "arrival_due_on": "arrival_due_on",
            "is_timing": "reason = 'late'",
            "caused_by": "case when document_count = 0 then " ~ caused_by("erp_documents", "recognised_on", "document_due_on") ~ " end",
            "counterpart": "coalesce(order_id, payout_id)",
            "ours_row": "source_row",
            "theirs_row": "document_source_row",
        }) }}
    from {{ ref("fct_documents") }}
    where code is not null

),

vouchers as (

    select
        {{ break_columns({
            "code": "code",
            "entity_type": "'document'",
            "entity_id": "voucher_no",
            "entity_key": "'voucher|' || voucher_no",
            "platform": "platform",
            "order_id": "order_id",
            "document_id": "coalesce(document_id, voucher_no)",
            "currency": "currency",
            "ours_amount": "documents_amount",
            "theirs_amount": "ledger_amount",
            "reason": "reason",
            "happened_on": "coalesce(booked_on, document_on)",
            "caused_by": "case when not is_in_ledger then " ~ caused_by("ledger_lines", "document_on", "booking_due_on") ~ " end",
            "counterpart": "voucher_no",
            "ours_row": "document_source_row",
            "theirs_row": "ledger_source_row",
        }) }}
    from {{ ref("fct_vouchers") }}
    where code is not null

),

accounts as (

    select
        {{ break_columns({
            "code": "code",
            "entity_type": "'account_day'",
            "entity_id": "account_id || '|' || cast(month_ends_on as text)",
            "entity_key": "account_id || '|' || cast(month_ends_on as text)",
            "account_id": "account_id",
            "currency": "currency",
            "ours_amount": "ledger_amount",
            "theirs_amount": "ledger_amount - gap_amount",
            "reason": "'ledger_balance'",
            "happened_on": "month_ends_on",
            "counterpart": "ledger_account",
            "ours_row": "ledger_source_row",
        }) }}
    from {{ ref("fct_ledger_account_months") }}
    where code is not null

),

breaks as (

    select * from documents
    union all
    select * from vouchers
    union all
    select * from accounts

)

select * from ({{ exception_rows("books", "breaks") }}) as exceptions

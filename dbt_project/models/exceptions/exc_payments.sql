with

payables as (

    select
        {{ break_columns({
            "code": "code",
            "entity_type": "'order'",
            "entity_id": "order_id",
            "entity_key": "payable_id",
            "platform": "platform",
            "channel": "coalesce(channel, pay_channel)",
            "shop_id": "shop_id",
            "account_id": "account_id",
            "order_id": "order_id",
            "currency": "currency",
            "ours_amount": "case when code = 'OP04' and received_amount > 0 then 0 else owed_amount end",
            "theirs_amount": "case when code = 'OP04' and received_amount > 0 then received_amount - returned_amount else received_amount end",
            "reason": "case
                when code = 'OP01' and processing_count > 0 then 'processing'
                when code = 'OP04' and received_amount = 0 then 'channel_not_successful'
                when code = 'OP04' and arrival_due_on is not null then 'deposit'
                when code = 'OP04' and is_closed = 1 then 'order_closed'
                when code = 'OP04' then 'order_unpaid'
                when order_count > 1 then 'merged_payment'
            end",
            "happened_on": "coalesce(case when code in ('OP03', 'OP04', 'OP05', 'OP06', 'OP10') then received_on end, paid_on)",
            "arrival_due_on": "arrival_due_on",
            "is_timing": "code = 'OP06'",
            "caused_by": "case when code = 'OP01' then " ~ caused_by("channel_bill", "paid_on", "arrival_due_on", "pay_channel") ~ " end",
            "counterpart": "case when code = 'OP10' then cast(cast(foreign_amount as numeric(18, 2)) as text) || ' ' || foreign_currency else transaction_id end",
            "ours_row": "source_row",
            "theirs_row": "payment_source_row",
        }) }}
    from {{ ref("fct_payments") }}
    where code is not null
        and state <> 'excluded'

),

orphans as (

    select
        {{ break_columns({
            "code": "'OP02'",
            "entity_type": "'transaction'",
            "entity_id": "transaction_id",
            "entity_key": "transaction_key",
            "channel": "channel",
            "account_id": "account_id",
            "order_id": "merchant_order_no",
            "currency": "currency",
            "ours_amount": "0",
            "theirs_amount": "amount",
            "happened_on": "occurred_on",
            "caused_by": caused_by("orders", "occurred_on", "occurred_on"),
            "counterpart": "merchant_order_no",
            "theirs_row": "source_row",
        }) }}
    from {{ ref("fct_orphan_payments") }}
    where is_active

),

breaks as (

    select * from payables
    union all
    select * from orphans

)

select * from ({{ exception_rows("payments", "breaks") }}) as exceptions

with

refunds as (

    select
        {{ break_columns({
            "code": "code",
            "entity_type": "case when code = 'RF02' then 'transaction' else 'refund' end",
            "entity_id": "case when code = 'RF02' then transaction_id else refund_id end",
            "entity_key": "refund_key",
            "platform": "platform", "channel": "coalesce(outflow_channel, paying_channel)",
            "shop_id": "shop_id",
            "account_id": "account_id",
            "order_id": "order_id",
            "after_sale_id": "after_sale_id",
            "refund_id": "refund_id",
            "currency": "coalesce(currency, 'CNY')",
            "ours_amount": "case when code = 'RF02' then 0 else owed_amount end",
            "theirs_amount": "case when code = 'RF01' and outflow_count > 0 then 0 else net_amount end",
            "reason": "case
                when code = 'RF01' and outflow_count > 0 then 'other_channel'
                when code = 'RF02' then 'case_missing_or_refused'
                when code = 'RF01' and failed_count > 0 then 'failed'
                when code = 'RF07' then 'refund_processing'
            end",
            "happened_on": "case when code in ('RF02', 'RF03', 'RF05', 'RF06') then coalesce(outflow_on, refunded_on) else refunded_on end",
            "arrival_due_on": "arrival_due_on",
            "caused_by": "case when code = 'RF01' then " ~ caused_by("channel_bill", "refunded_on", "arrival_due_on", "paying_channel") ~ " end",
            "counterpart": "transaction_id",
            "ours_row": "source_row",
            "theirs_row": "outflow_source_row",
        }) }}
    from {{ ref("fct_refunds") }}
    where code is not null
        and state <> 'excluded'

),

outflows as (

    select
        {{ break_columns({
            "code": "code",
            "entity_type": "case when code = 'RF03' then 'after_sale' else 'transaction' end",
            "entity_id": "case when code = 'RF03' then after_sale_id else transaction_id end",
            "entity_key": "transaction_key",
            "platform": "platform",
            "channel": "channel",
            "shop_id": "shop_id",
            "account_id": "account_id",
            "order_id": "coalesce(order_id, merchant_order_no)",
            "after_sale_id": "case when code = 'RF03' then after_sale_id end",
            "refund_id": "nullif(request_no, '')",
            "currency": "currency",
            "ours_amount": "case when code = 'RF03' then -approved_amount else 0 end",
            "theirs_amount": "amount",
            "happened_on": "occurred_on",
            "counterpart": "transaction_id",
            "theirs_row": "source_row",
        }) }}
    from {{ ref("fct_refund_outflows") }}
    where code is not null

),

orders as (

    select
        {{ break_columns({
            "code": "code",
            "entity_type": "'order'",
            "entity_id": "order_id",
            "entity_key": "order_key",
            "platform": "platform",
            "channel": "channel",
            "shop_id": "shop_id",
            "account_id": "account_id",
            "order_id": "order_id",
            "currency": "currency",
            "ours_amount": "-paid_amount",
            "theirs_amount": "-(refunded_amount + compensation_amount)",
            "happened_on": "refunded_on",
            "ours_row": "source_row",
        }) }}
    from {{ ref("fct_order_refunds") }}
    where code is not null

),

breaks as (

    select * from refunds
    union all
    select * from outflows
    union all
    select * from orders

)

select * from ({{ exception_rows("refunds", "breaks") }}) as exceptions

with

cases as (

    select
        {{ break_columns({
            "code": "code",
            "entity_type": "'after_sale'",
            "entity_id": "after_sale_id", "entity_key": "after_sale_key",
            "platform": "platform", "shop_id": "shop_id", "order_id": "order_id",
            "after_sale_id": "after_sale_id", "refund_id": "refund_id",
            "currency": "currency",
            "ours_amount": after_sale_stake("ours"),
            "theirs_amount": after_sale_stake("theirs"),
            "reason": "case when code in ('RF08', 'RF10', 'RF11') then finding end",
            "happened_on": after_sale_stake("day"),
            "arrival_due_on": "arrival_due_on",
            "caused_by": "case when code in ('RF08', 'RF11') then "
                ~ caused_by("stock_movements", "applied_on", "arrival_due_on") ~ " end",
            "counterpart": "coalesce(bad_condition, return_tracking_no, sku)",
            "ours_row": "source_row", "theirs_row": "coalesce(sent_source_row, return_source_row, refund_source_row)",
        }) }}
    from {{ ref("fct_after_sales") }}
    where code is not null

),

compensations as (

    select
        {{ break_columns({
            "code": "code",
            "entity_type": "'transaction'",
            "entity_id": "transaction_id", "entity_key": "transaction_key",
            "platform": "platform",
            "channel": "channel",
            "shop_id": "shop_id",
            "account_id": "account_id",
            "order_id": "coalesce(order_id, merchant_order_no)",
            "currency": "currency",
            "ours_amount": "-approved_amount", "theirs_amount": "amount",
            "reason": "case when order_id is null then 'no_order' end",
            "happened_on": "occurred_on", "counterpart": "request_no",
            "ours_row": "order_source_row", "theirs_row": "source_row",
        }) }}
    from {{ ref("fct_compensations") }}
    where code is not null

),

shipments as (

    select
        {{ break_columns({
            "code": "code",
            "entity_type": "'order'",
            "entity_id": "order_id", "entity_key": "order_key",
            "platform": "platform", "shop_id": "shop_id", "order_id": "order_id",
            "currency": "currency",
            "ours_amount": "0", "theirs_amount": "-excess_amount",
            "happened_on": "shipped_on", "counterpart": "cast(cast(excess_quantity as integer) as text)",
            "ours_row": "source_row", "theirs_row": "movement_source_row",
        }) }}
    from {{ ref("fct_shipments") }}
    where code is not null

),

cross_period as (

    select
        {{ break_columns({
            "code": "code",
            "entity_type": "'refund'",
            "entity_id": "refund_id", "entity_key": "refund_key",
            "platform": "platform", "shop_id": "shop_id", "order_id": "order_id",
            "after_sale_id": "after_sale_id", "refund_id": "refund_id",
            "document_id": "document_id",
            "currency": "currency",
            "ours_amount": "-amount", "theirs_amount": "0",
            "happened_on": "refunded_on", "arrival_due_on": "arrival_due_on",
            "counterpart": "cast(closed_on as text)",
            "ours_row": "source_row",
        }) }}
    from {{ ref("fct_cross_period_refunds") }}
    where code is not null

),

breaks as (

    {% for breaks in ["cases", "compensations", "shipments", "cross_period"] -%}
    select * from {{ breaks }}
    {{ "union all" if not loop.last }}
    {% endfor %}

)

select * from ({{ exception_rows("after_sales", "breaks") }}) as exceptions

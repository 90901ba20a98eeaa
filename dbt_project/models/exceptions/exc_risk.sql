with

buyers as (

    select
        {{ break_columns({
            "code": "code",
            "entity_type": "'buyer'",
            "entity_id": "buyer_id",
            "entity_key": "buyer_key",
            "platform": "platform",
            "shop_id": "shop_id",
            "currency": "currency",
            "ours_amount": "0",
            "theirs_amount": "-refund_amount",
            "happened_on": "refunded_on",
            "counterpart": "cast(refunded_count as text) || '/' || cast(order_count as text) || '; '
                || cast(cast(100 * refunded_share as numeric(18, 1)) as text) || '%; '
                || cast(cast(100 * usual_share as numeric(18, 1)) as text) || '%; ' || cast(deviation_count as text)",
            "theirs_row": "source_row",
        }) }}
    from {{ ref("fct_risk_buyers") }}
    where code is not null

),

rings as (

    select
        {{ break_columns({
            "code": "code",
            "entity_type": "case cluster_kind when 'buyer' then 'buyer' else 'device' end",
            "entity_id": "case cluster_kind when 'buyer' then buyer_id else cluster_value end",
            "entity_key": "cluster_key",
            "platform": "platform",
            "shop_id": "shop_id",
            "order_id": "order_id",
            "currency": "currency",
            "ours_amount": "0",
            "theirs_amount": "paid_amount",
            "reason": "reason",
            "happened_on": "ordered_on",
            "counterpart": "cast(order_count as text) || '; ' || cast(buyer_count as text) || '; '
                || cast(minute_count as text) || '; ' || cast(light_count as text) || '/' || cast(weighed_count as text)",
            "ours_row": "source_row",
        }) }}
    from {{ ref("fct_risk_rings") }}
    where code is not null

),

cases as (

    select
        {{ break_columns({
            "code": "code",
            "entity_type": "'after_sale'",
            "entity_id": "after_sale_id",
            "entity_key": "after_sale_key",
            "platform": "platform",
            "shop_id": "shop_id",
            "order_id": "order_id",
            "after_sale_id": "after_sale_id",
            "currency": "currency",
            "ours_amount": "0",
            "theirs_amount": "-refund_amount",
            "happened_on": "refunded_on",
            "theirs_row": "source_row",
        }) }}
    from {{ ref("fct_risk_refunds") }}
    where code is not null

),

breaks as (

    select * from buyers
    union all
    select * from rings
    union all
    select * from cases

)

select * from ({{ exception_rows("risk", "breaks") }}) as exceptions

{% set shared = {"platform": "platform", "shop_id": "shop_id", "order_id": "order_id", "currency": "currency"} %}

with

orders as (

    select
        {{ break_columns(dict(shared, **{
            "code": "code",
            "entity_type": "'order'",
            "entity_id": "order_id",
            "entity_key": "order_key",
            "ours_amount": "expected_net_amount",
            "theirs_amount": "actual_net_amount",
            "reason": "case when line_count > 0 then 'refund_only_settled' end",
            "happened_on": "settles_from_on",
            "arrival_due_on": "due_on",
            "caused_by": caused_by("settlement_lines", "settles_from_on", "due_on"),
            "counterpart": "settle_from",
            "ours_row": "source_row",
        })) }}
    from {{ ref("fct_settlements") }}
    where code is not null
        and excluded_reason is null

),

components as (

    select
        {{ break_columns(dict(shared, **{
            "code": "code",
            "entity_type": settlement_entity_type(),
            "entity_id": "case " ~ settlement_entity_type() ~ " when 'settlement_line' then line_id when 'refund' then refund_id else order_id end",
            "entity_key": "order_key || '|' || component",
            "refund_id": "case when code = 'RF13' or component = 'refund' then refund_id end",
            "after_sale_id": "case when code = 'RF13' or component = 'refund' then after_sale_id end",
            "batch_id": "batch_id",
            "ours_amount": "expected_amount",
            "theirs_amount": "actual_amount",
            "reason": "case
                when code = 'RF13' then case when line_count = 0 then 'nothing_given_back' else 'gave_back_otherwise' end
                when code = 'ST07' and line_count = 0 then 'subsidy_missing'
                when code = 'ST07' and line_count > 1 then 'subsidy_taken_back'
                when code = 'ST03' and component = 'sale' then 'sale_lines'
                when code = 'ST03' and component = 'refund' then 'refund_lines'
                when code = 'ST03' then 'adjustment_unexplained'
                when code = 'ST04' and has_several_rates then 'several_categories'
                when code = 'ST04' and component like 'commission%' then 'commission_terms'
                when code = 'ST04' then 'channel_fee_terms'
            end",
            "happened_on": "coalesce(settled_on, since_on, refunded_on)",
            "counterpart": "case
                when code = 'ST06' then cast(cast(repeated_amount as numeric(18, 2)) as text)
                when code in ('ST04', 'RF13') then " ~ rate_of_base() ~ "
            end",
            "ours_row": "case when code = 'RF13' or component = 'refund' then coalesce(refund_source_row, order_source_row) else order_source_row end",
            "theirs_row": "line_source_row",
        })) }}
    from {{ ref("fct_settlement_components") }}
    where code is not null
        and state = 'exception'

),

lines as (

    select
        {{ break_columns(dict(shared, **{
            "code": "code",
            "entity_type": "'settlement_line'",
            "entity_id": "line_id",
            "entity_key": "settlement_line_key",
            "refund_id": "refund_id",
            "batch_id": "batch_id",
            "ours_amount": "0",
            "theirs_amount": "amount",
            "happened_on": "settled_on",
            "counterpart": "case when code = 'ST06' then cast(cast(amount as numeric(18, 2)) as text) else type end",
            "theirs_row": "source_row",
        })) }}
    from {{ ref("fct_settlement_lines") }}
    where code is not null

),

breaks as (

    select * from orders
    union all
    select * from components
    union all
    select * from lines
    union all
    select * from {{ ref("exc_channel_fees") }}

)

select * from ({{ exception_rows("settlements", "breaks") }}) as exceptions

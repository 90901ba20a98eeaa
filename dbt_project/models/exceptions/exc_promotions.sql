with

orders as (

    select
        {{ break_columns({
            "code": "code",
            "entity_type": "'order'",
            "entity_id": "order_id",
            "entity_key": "order_key",
            "platform": "platform",
            "shop_id": "shop_id",
            "order_id": "order_id",
            "currency": "currency",
            "ours_amount": "case
                when reason = 'arithmetic' then arithmetic_amount
                when reason = 'promotions_total' then -promotions_discount_amount
                when reason = 'exclusive_coupon' then exclusive_amount - taken_off_amount
                when reason = 'lines_total' then lines_expected_amount
                when reason = 'bearer_share' then stated_subsidy_amount - subsidy_gap
                when reason = 'bill_share' then stated_subsidy_amount
            end",
            "theirs_amount": "case
                when reason = 'arithmetic' then buyer_paid_amount
                when reason = 'promotions_total' then -discount_amount
                when reason = 'exclusive_coupon' then -taken_off_amount
                when reason = 'lines_total' then line_amount
                when reason = 'bearer_share' then stated_subsidy_amount
                when reason = 'bill_share' then billed_amount
            end",
            "reason": "reason",
            "happened_on": "ordered_on",
            "caused_by": "case
                when reason = 'lines_total' then " ~ caused_by("order_lines", "ordered_on", "ordered_on") ~ "
                when reason in ('promotions_total', 'bearer_share') then " ~ caused_by("order_promotions", "ordered_on", "ordered_on") ~ "
            end",
            "counterpart": "case reason when 'exclusive_coupon' then cast(cast(full_reduction_amount as numeric(18, 2)) as text)
                when 'lines_total' then cast(line_count as text) end",
            "ours_row": "source_row",
        }) }}
    from {{ ref("fct_promotions") }}
    where code is not null

),

cashbacks as (

    select
        {{ break_columns({
            "code": "code",
            "entity_type": "case when has_order then 'order' else 'transaction' end",
            "entity_id": "case when has_order then order_id else transaction_id end",
            "entity_key": "cashback_key",
            "platform": "platform",
            "channel": "coalesce(channel, pay_channel)",
            "shop_id": "shop_id",
            "account_id": "account_id",
            "order_id": "coalesce(order_id, merchant_order_no)",
            "currency": "currency",
            "ours_amount": "-promised_amount",
            "theirs_amount": "-paid_amount",
            "reason": "reason",
            "happened_on": "coalesce(paid_on, due_on)",
            "arrival_due_on": "arrival_due_on",
            "caused_by": "case when reason = 'cashback_missing' then " ~ caused_by("channel_bill", "due_on", "due_on", "pay_channel") ~ " end",
            "counterpart": "transaction_id",
            "ours_row": "source_row",
            "theirs_row": "transaction_source_row",
        }) }}
    from {{ ref("fct_cashbacks") }}
    where code is not null

),

breaks as (

    select * from orders
    union all
    select * from cashbacks

)

select * from ({{ exception_rows("promotions", "breaks") }}) as exceptions

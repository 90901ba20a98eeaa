-- Grain: one row per break of a fee in a channel's own bill; exc_settlements makes exceptions of them.

{{ config(materialized="view") }}

select
    {{ break_columns({
        "code": "code",
        "entity_type": channel_fee_entity_type(),
        "entity_id": "case " ~ channel_fee_entity_type() ~ " when 'refund' then refund_id else transaction_id end",
        "entity_key": "payment_key || '|' || component",
        "platform": "platform",
        "channel": "channel",
        "shop_id": "shop_id",
        "account_id": "account_id",
        "order_id": "order_id",
        "refund_id": "refund_id",
        "after_sale_id": "after_sale_id",
        "currency": "currency",
        "ours_amount": "expected_amount",
        "theirs_amount": "actual_amount",
        "reason": "case
            when code = 'RF13' and charge_count = 0 then 'channel_kept_fee'
            when code = 'RF13' then 'channel_gave_back_otherwise'
            when charge_count = 0 then 'channel_did_not_charge'
            else 'channel_terms'
        end",
        "happened_on": "charged_on",
        "counterpart": rate_of_base(),
        "ours_row": "terms_source_row",
        "theirs_row": "case when component = 'channel_fee' then source_row else coalesce(refund_source_row, source_row) end",
    }) }}
from {{ ref("fct_channel_fees") }}
where code is not null

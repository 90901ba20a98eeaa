-- Grain: one row per payment of a channel's bill that a contract covers, with all that was charged for it and given back
-- of it up to as_of, and what its refunds must bring back by the rate (positive: to the merchant).

with

charges as (

    select
        charges.*,
        terms.is_of_channel,
        terms.channel_fee_rate,
        terms.is_returned,
        terms.rounding_rule,
        terms.terms_from,
        terms.terms_source_row,
        terms.fee_amount,
        case when charges.type = 'refund'
            then sign(-charges.amount) * {{ rounded("terms.channel_fee_rate * abs(charges.amount)", "terms.rounding_rule") }}
        end as back_amount
    from {{ ref("int_channel_charges") }} as charges
    inner join {{ ref("int_payments_with_terms") }} as terms
        on charges.payment_key = terms.payment_key

)

select
    payment_key,
    {% for column in [
        "transaction_id", "channel", "account_id", "wallet_id", "currency", "amount", "platform", "shop_id", "order_id",
        "payable_id"
    ] -%}
    max(case when type = 'payment' then {{ column }} end) as {{ column }},
    {% endfor -%}
    max(case when type = 'payment' then occurred_on end) as paid_on,
    max(case when type = 'payment' then source_row end) as source_row,
    max(case when is_of_channel then 1 else 0 end) = 1 as is_of_channel,
    max(channel_fee_rate) as channel_fee_rate,
    max(case when is_returned then 1 else 0 end) = 1 as is_returned,
    max(rounding_rule) as rounding_rule,
    max(terms_from) as terms_from,
    max(terms_source_row) as terms_source_row,
    max(fee_amount) as fee_amount,
    {% for component in ["channel_fee", "channel_fee_reversal"] -%}
    sum(case when component = '{{ component }}' then charged_amount else 0 end) as {{ component }}_amount,
    sum(case when component = '{{ component }}' and charged_amount <> 0 then 1 else 0 end) as {{ component }}_count,
    min(case when component = '{{ component }}' and charged_amount <> 0 then occurred_on end) as {{ component }}_on,
    {% endfor -%}
    sum(case when type = 'refund' then -amount else 0 end) as refunded_amount,
    sum(case when type = 'refund' and amount < 0 then -amount else 0 end) as paid_out_amount,
    sum(case when type = 'refund' then 1 else 0 end) as refund_count,
    max(case when type = 'refund' then occurred_on end) as refunded_on,
    max(case when type = 'refund' then transaction_key end) as last_refund_key,
    max(case when type = 'refund' then source_row end) as refund_source_row,
    coalesce(sum(back_amount), 0) as back_by_rate_amount,
    coalesce(sum(case when amount < 0 then back_amount end), 0) as back_of_paid_out_amount
from charges
group by payment_key

-- Grain: one row per document with the order, refund or payout that it names, and whether it stands: a void one does not,
-- nor do a document and the negative one of the same amount that takes it back.

{% set columns = [
    "document_id", "type", "platform", "order_id", "refund_id", "payout_id", "amount", "currency", "document_on",
    "voucher_no", "status"
] %}

with

-- A document may leave out the platform, or name the channel: a number that one row has alone says whose it is.
refunds as (

    select refund_id, min(refund_key) as refund_key, min(order_key) as order_key
    from {{ ref("int_refunds") }}
    group by refund_id
    having count(*) = 1

),

payouts as (

    select payout_id, min(payout_key) as payout_key
    from {{ ref("int_payouts") }}
    group by payout_id
    having count(*) = 1

),

identified as (

    select
        documents.*,
        coalesce(orders.order_key, documents.platform || '|' || documents.order_id, refunds.order_key) as order_key,
        coalesce(refunds.refund_key, documents.platform || '|' || documents.refund_id) as refund_key,
        coalesce(payouts.payout_key, documents.platform || '|' || documents.payout_id) as payout_key,
        coalesce(statuses.is_live, true) as is_valid
    from {{ ref("int_erp_documents") }} as documents
    left join {{ ref("int_orders_by_number") }} as orders
        on documents.order_id = orders.order_id
    left join refunds
        on documents.refund_id = refunds.refund_id
    left join payouts
        on documents.payout_id = payouts.payout_id
    left join {{ ref("document_statuses") }} as statuses
        on lower(documents.status) = statuses.status

),

-- What a negative document takes back: a void one first (its source says so too), else the earliest.
numbered as (

    select
        *,
        row_number() over (
            partition by type, coalesce(refund_key, order_key, payout_key, document_id), currency, abs(amount), amount < 0
            order by case when is_valid = (amount < 0) then 0 else 1 end, document_on, document_id
        ) as place,
        sum(case when amount >= 0 then 1 else 0 end) over alike as positive_count,
        sum(case when amount < 0 and is_valid then 1 else 0 end) over alike as negative_count
    from identified
    window alike as (
        partition by type, coalesce(refund_key, order_key, payout_key, document_id), currency, abs(amount)
    )

)

select
    {{ columns | join(", ") }}, source_row, order_key, refund_key, payout_key, is_valid,
    case
        when amount >= 0 and place <= negative_count then 'reversed'
        when amount < 0 and is_valid and place <= positive_count then 'reversed'
        when not is_valid then 'void'
        else 'live'
    end as standing
from numbered

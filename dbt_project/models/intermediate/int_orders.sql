{{ config(meta={"partition_by": "source_row"}) }}

{% set columns = [
    "platform", "order_id", "shop_id", "merchant_order_no", "status", "ordered_at", "paid_at",
    "completed_at", "closed_at", "buyer_id", "device_id", "address_id", "pay_channel", "currency",
    "list_amount", "freight_amount", "discount_amount", "buyer_paid_amount", "subsidy_amount",
    "cashback_amount"
] %}

with

united as (

    {{ unite(columns, [ref("stg_open__orders"), ref("stg_taobao__orders")]) }}

),

dated as (

    select
        united.*,
        united.platform || '|' || united.order_id as order_key,
        -- Orders that share a merchant order number were paid together.
        case
            when merchant_order_no is null then platform || '|' || order_id
            else platform || '|merchant|' || merchant_order_no
        end as payable_id,
        {{ business_date('ordered_at') }} as ordered_on,
        {{ business_date('paid_at') }} as paid_on,
        coalesce({{ business_date('closed_at') }}, case when paid_at is not null then refunds.last_refunded_on end)
            as closed_on
    from united
    left join {{ ref("int_order_refund_days") }} as refunds
        on united.platform || '|' || united.order_id = refunds.order_key

),

-- An order as it stood at the end of as_of: what happened later has not happened yet.
as_it_stood as (

    select
        *,
        case
            when status = 'unpaid' then false
            when paid_on > {{ as_of() }} then false
            when status = 'closed' and paid_at is null then false
            else true
        end as is_paid,
        status = 'closed' and coalesce(closed_on <= {{ as_of() }}, true) as is_closed
    from dated
    where ordered_on <= {{ as_of() }}

)

select
    *,
    case when is_paid then buyer_paid_amount else 0 end as owed_amount
from as_it_stood

with

latest as (

    {{ latest_delivery("open__erp_documents", key=["document_id"]) }}

)

select
    document_id,
    nullif(type, '') as type,
    nullif(platform, '') as platform,
    nullif(order_id, '') as order_id,
    nullif(refund_id, '') as refund_id,
    nullif(payout_id, '') as payout_id,
    {{ to_amount('amount') }} as amount,
    coalesce(nullif(currency, ''), 'CNY') as currency,
    cast(nullif(document_on, '') as date) as document_on,
    nullif(voucher_no, '') as voucher_no,
    nullif(status, '') as status,
    delivery_id,
    line_number

from latest

with

latest as (

    {{ latest_delivery("taobao__refunds", key=["refund_no"]) }}

)

select
    'taobao' as platform,
    refund_no as after_sale_id,
    order_no as order_id,
    case
        when refund_type like '%退货%' then 'return_refund'
        when refund_type like '%换货%' then 'exchange'
        when refund_type like '%维修%' then 'repair'
        when refund_type like '%补%' then 'reship'
        else 'refund_only'
    end as type,
    case
        when refund_status in ('退款成功', 'SUCCESS') then 'refunded'
        when refund_status in ('退款关闭', 'CLOSED') then 'closed'
        when refund_status in ('卖家拒绝退款', 'SELLER_REFUSE_BUYER') then 'rejected'
        when refund_status like '%退货%' or refund_status = 'WAIT_BUYER_RETURN_GOODS' then 'returning'
        when refund_status like '%等待卖家%' or refund_status = 'WAIT_SELLER_AGREE' then 'applied'
        else 'approved'
    end as status,
    nullif(refund_reason, '') as reason,
    nullif(product_code, '') as sku,
    cast(null as numeric(24, 6)) as quantity,
    nullif(buyer_nick, '') as buyer_id,
    {{ to_instant('applied_at') }} as applied_at,
    {{ to_amount('refund_amount') }} as applied_amount,
    cast(null as timestamptz) as approved_at,
    case when refund_status in ('退款成功', 'SUCCESS') then {{ to_amount('refund_amount') }} end as approved_amount,
    nullif(return_tracking_no, '') as return_tracking_no,
    delivery_id,
    line_number

from latest

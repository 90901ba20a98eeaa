with

latest as (

    {{ latest_delivery("taobao__refunds", key=["refund_no"]) }}

)

select
    'taobao' as platform,
    refund_no as refund_id,
    refund_no as after_sale_id,
    order_no as order_id,
    {{ to_amount('refund_amount') }} as amount,
    {{ to_instant("coalesce(nullif(refund_finished_at, ''), nullif(finished_at, ''), applied_at)") }} as refunded_at,
    cast(null as text) as pay_channel,
    delivery_id,
    line_number

from latest
where refund_status in ('退款成功', 'SUCCESS')

-- Grain: one row per after-sale case with stock movements: what came in and what went out for it. A lost parcel did not
-- arrive.

{% set arrived_in = "type = 'return_in' and not is_lost and not is_in_transit" %}
{% set sent = "not is_lost" %}

select
    after_sale_key,
    count(*) as movement_count,
    -- Coming back.
    sum(case when type = 'return_in' then 1 else 0 end) as return_count,
    sum(case when {{ arrived_in }} then quantity else 0 end) as received_quantity,
    sum(case when {{ arrived_in }} then goods_amount else 0 end) as received_amount,
    sum(case when {{ arrived_in }} then list_amount else 0 end) as received_list_amount,
    sum(case when {{ arrived_in }} and stocked_on is null then quantity else 0 end) as unstocked_quantity,
    sum(case when {{ arrived_in }} and stocked_on is null then goods_amount else 0 end) as unstocked_amount,
    sum(case when type = 'return_in' and is_in_transit then quantity else 0 end) as returning_quantity,
    sum(case when type = 'return_in' and is_lost then quantity else 0 end) as lost_quantity,
    max(case when {{ arrived_in }} then coalesce(stocked_on, moved_on) end) as received_on,
    max(case when type = 'return_in' then moved_on end) as returned_on,
    max(case when {{ arrived_in }} and not is_good then condition end) as bad_condition,
    min(case when type = 'return_in' then tracking_no end) as return_tracking_no,
    min(case when type = 'return_in' then source_row end) as return_source_row,
    -- Going out.
    {% for kind in ["exchange", "reship", "repair"] -%}
    sum(case when type = '{{ kind }}_out' and {{ sent }} then quantity else 0 end) as {{ kind }}_quantity,
    sum(case when type = '{{ kind }}_out' and {{ sent }} then goods_amount else 0 end) as {{ kind }}_amount,
    max(case when type = '{{ kind }}_out' and {{ sent }} then moved_on end) as {{ kind }}_on,
    {% endfor -%}
    sum(case when type = 'exchange_out' and {{ sent }} then list_amount else 0 end) as exchange_list_amount,
    min(case when type = 'exchange_out' and {{ sent }} then moved_on end) as first_exchange_on,
    max(case when type = 'exchange_out' and is_lost then moved_on end) as exchange_lost_on,
    sum(case when type in ('exchange_out', 'reship_out', 'repair_out') and is_lost then quantity else 0 end)
        as lost_sent_quantity,
    min(case when type in ('exchange_out', 'reship_out', 'repair_out') then source_row end) as sent_source_row,
    max(moved_on) as last_moved_on
from {{ ref("int_goods_movements") }}
where after_sale_key is not null
group by after_sale_key

-- Grain: one row per after-sale case with its claim, money, goods and tickets, and what they mean together. The one
-- place where the after-sales leg decides about a case; the first finding that applies wins.

with

-- Money that went out for a case of which the platform recorded no refund.
outflows as (

    select platform || '|' || after_sale_id as after_sale_key
    from {{ ref("fct_refund_outflows") }}
    where refund_key is null and code is null and status = 'success' and after_sale_id is not null
    union
    select approval_key from {{ ref("int_compensations") }} where status = 'success' and approval_key is not null

),

cases as (

    select
        cases.*,
        is_refunded or outflows.after_sale_key is not null as is_paid
    from {{ ref("int_after_sales_compared") }} as cases
    left join outflows
        on cases.after_sale_key = outflows.after_sale_key

),

found as (

    select
        *,
        case
            when surplus_quantity > 0 then case when short_quantity > 0 then 'goods_other' else 'goods_too_many' end
            when damaged_quantity > 0 then 'goods_damaged'
            when short_quantity > 0 then 'goods_short'
            when exchange_excess > 0 or reship_excess > 0 then 'sent_twice'
            when unsent_quantity > 0 and not is_refused then 'not_sent'
            when unreturned_quantity > 0 then 'not_returned'
            when price_difference_amount <> 0 then 'price_difference'
            when type = 'reship' and reship_quantity > order_received_quantity and owed_amount > 0
                and order_refunded_amount >= owed_without_freight then 'reshipped_and_refunded'
            when type = 'return_refund' and unstocked_quantity > 0 and is_refunded then 'not_stocked'
            when lacks_return then case when returning_quantity > 0 then 'return_in_transit' else 'no_parcel' end
            when is_paid or is_refused then null
            when type = 'return_refund' and received_quantity > 0 then 'not_refunded'
            when is_waiting then 'stuck'
        end as finding
    from cases

),

decided as (

    select
        *,
        case
            when finding like 'goods%' then 'RF10'
            when type = 'reship' and finding = 'sent_twice' then 'RF15'
            when finding in ('sent_twice', 'not_sent', 'not_returned', 'price_difference') then 'RF11'
            when finding = 'reshipped_and_refunded' then 'RF16'
            when finding in ('not_stocked', 'return_in_transit', 'no_parcel') then 'RF08'
            when finding = 'not_refunded' then 'RF09'
            when finding = 'stuck' then 'RF07'
        end as code,
        {{ after_sale_due() }} as arrival_due_on,
        case
            when moves_goods and covered_from is null then 'no_counterpart_source'
            when moves_goods and applied_on < covered_from then 'before_coverage'
            when is_refused or (status_then = 'closed' and movement_count = 0 and not is_paid) then 'nothing_owed'
            when not is_paid and movement_count = 0 then 'nothing_moved'
        end as unjudged_reason
    from found

)

select
    {% for column in [
        "after_sale_key", "after_sale_id", "platform", "shop_id", "order_key", "order_id", "buyer_id", "currency",
        "type", "reason", "sku", "quantity", "applied_on", "applied_amount", "approved_on", "approved_amount",
        "claimed_amount", "amount_change_count", "last_step_on", "ticket_count", "promised_amount", "owed_amount",
        "paid_on", "shipped_on", "is_paid", "paid_amount", "refund_count", "refund_id", "refund_on",
        "order_refunded_amount", "order_refunded_on", "movement_count", "received_quantity", "received_amount",
        "received_on", "returned_on", "unstocked_amount", "returning_quantity", "lost_quantity", "claimed_goods_amount",
        "good_goods_amount", "bad_condition", "exchange_quantity", "exchange_amount", "exchange_on",
        "exchange_excess_amount", "unsent_amount", "unreturned_amount", "price_difference_amount", "reship_quantity",
        "reship_amount", "reship_on", "reship_excess_amount", "repair_quantity", "lost_sent_quantity",
        "return_tracking_no", "source_row", "refund_source_row", "return_source_row", "sent_source_row", "finding",
        "code", "arrival_due_on"
    ] -%}
    {{ as_figure(column) }},
    {% endfor -%}
    status_then as status,
    case when code is null then unjudged_reason end as excluded_reason,
    case
        when code is null and unjudged_reason is not null then 'excluded'
        when code is null then 'matched'
        when arrival_due_on >= {{ as_of() }} then 'pending'
        else 'exception'
    end as state
from decided

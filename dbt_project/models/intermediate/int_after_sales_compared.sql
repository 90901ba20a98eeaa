-- Grain: one row per after-sale case with what is missing or too much of the goods that an exchange or reship sent, at
-- unit price. A price difference counts only if it is there at the order's prices and at the catalogue's. Whether the old
-- goods' discount is part of it is the merchant's practice: a refund between the two differences settles it.

with

cases as (

    select
        *,
        type in ('return_refund', 'exchange', 'reship', 'repair') as moves_goods,
        status_then in ('rejected', 'cancelled') as is_refused,
        -- Refunded as a return while nothing came back; what was lost on the way was sent.
        type = 'return_refund' and is_refunded and status_then not in ('rejected', 'cancelled')
            and coalesce(applied_on >= covered_from, false) and received_quantity + lost_quantity = 0 as lacks_return,
        -- The buyer waits for money. An approved compensation is waited for by nobody but its own payment.
        case
            when type in ('refund_only', 'return_refund') then status_then in ('applied', 'approved', 'returning')
            else type = 'compensation' and status_then = 'applied'
        end as is_waiting,
        case when refund_count > 0 then refunded_amount else claimed_amount end as paid_amount,
        case when type = 'exchange' then coalesce(
            quantity, nullif(received_quantity + lost_quantity + returning_quantity, 0), nullif(ordered_quantity, 0)
        ) end as exchangeable_quantity,
        case when type = 'reship' then coalesce(quantity, nullif(ordered_quantity, 0)) end as reshippable_quantity,
        exchange_amount - received_amount + refunded_amount as price_gap,
        exchange_amount - round(received_amount * owed_share, 2) + refunded_amount as owed_gap,
        exchange_list_amount - received_list_amount + refunded_amount as list_gap
    from {{ ref("int_after_sales_with_goods") }}

),

measured as (

    select
        cases.*,
        greatest(exchange_quantity - coalesce(exchangeable_quantity, exchange_quantity), 0) as exchange_excess,
        greatest(reship_quantity - coalesce(reshippable_quantity, reship_quantity), 0) as reship_excess,
        -- An exchange that ended with a refund owes no goods.
        case when type = 'exchange' and not (refund_count > 0 and exchange_quantity = 0)
            then greatest(received_quantity - exchange_quantity, 0)
            else 0
        end as unsent_quantity,
        case when type = 'exchange' then greatest(exchange_quantity - received_quantity - lost_quantity, 0) else 0 end
            as unreturned_quantity,
        -- What the buyer paid on top settles a dearer exchange.
        case when price_gap > 0 then greatest(price_gap - surplus_amount, 0) else price_gap end as open_price_gap,
        case when list_gap > 0 then greatest(list_gap - surplus_amount, 0) else list_gap end as open_list_gap
    from cases

)

select
    measured.*,
    {% for name, part, whole, amount in [
        ("exchange_excess_amount", "exchange_excess", "exchange_quantity", "exchange_amount"),
        ("reship_excess_amount", "reship_excess", "reship_quantity", "reship_amount"),
        ("unsent_amount", "unsent_quantity", "received_quantity", "received_amount"),
        ("unreturned_amount", "unreturned_quantity", "exchange_quantity", "exchange_amount"),
    ] -%}
    cast(coalesce({{ divided(amount ~ " * " ~ part, whole) }}, 0) as numeric(18, 2)) as {{ name }},
    {% endfor -%}
    case
        when type = 'exchange' and exchange_quantity > 0 and exchange_quantity = received_quantity
            and open_list_gap <> 0 and not (refunded_amount > 0 and price_gap < 0 and owed_gap >= 0) then open_price_gap
        else 0
    end as price_difference_amount
from measured

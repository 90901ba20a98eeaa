-- Grain: one row per thing that is to arrive: money (receipts of orders, refunds' outflows, settlements, payouts, bank
-- credits) and returned goods, with its due day, where that comes from, and whether it is here.

with

expected as (

    select {{ arrival_columns({
        "kind": "'payment'", "entity_key": "payable_id", "entity_id": "order_id", "platform": "platform",
        "channel": "coalesce(channel, pay_channel)", "shop_id": "shop_id", "account_id": "account_id", "currency": "currency",
        "amount": "owed_amount", "happened_on": "paid_on", "due_source": "'window'",
        "due_on": add_days("paid_on", window("PAYMENT_ARRIVAL", "pay_channel", "paid_on")), "arrived_on": "received_on",
        "has_arrived": "payment_count > 0", "source_row": "source_row",
    }) }}
    from {{ ref("fct_payments") }}
    where owed_amount > 0 and is_closed = 0 and state <> 'excluded'

    union all

    select {{ arrival_columns({
        "kind": "'refund_outflow'", "entity_key": "refund_key", "entity_id": "refund_id", "platform": "platform",
        "channel": "paying_channel", "shop_id": "shop_id", "account_id": "account_id", "currency": "currency",
        "amount": "owed_amount", "happened_on": "refunded_on", "due_source": "'window'",
        "due_on": add_days("refunded_on", window("REFUND_ARRIVAL", "paying_channel", "refunded_on")),
        "arrived_on": "case when code = 'RF01' then null else outflow_on end",
        "has_arrived": "outflow_count > 0 and coalesce(code <> 'RF01', true)", "source_row": "source_row",
    }) }}
    from {{ ref("fct_refunds") }}
    where expected_amount > 0 and has_case and state <> 'excluded'

    union all

    select {{ arrival_columns({
        "kind": "'settlement'", "entity_key": "settlements.order_key", "entity_id": "settlements.order_id",
        "platform": "settlements.platform", "shop_id": "settlements.shop_id", "currency": "settlements.currency",
        "amount": "expected_net_amount", "happened_on": "settles_from_on", "due_on": "next_working_on",
        "due_source": "'contract'", "source_row": "settlements.source_row",
        "cash_days": "coalesce(payout_days, 0) + " ~ window("PAYOUT_ARRIVAL", "settlements.platform", "next_working_on"),
        "arrived_on": "settled_on", "has_arrived": "settled_on is not null",
    }) }}
    from {{ ref("fct_settlements") }} as settlements
    left join {{ ref("int_contract_days") }} as terms
        on settlements.platform = terms.platform and settlements.paid_on = terms.day
            and coalesce(settlements.shop_id, '') = terms.shop_id
    left join {{ ref("int_calendar_days") }} as calendar
        on settlements.due_on = calendar.day
    where is_paid and settle_days is not null
        and (settled_on is not null or coalesce(excluded_reason = 'not_due_yet', true))

    union all

    select {{ arrival_columns({
        "kind": "'payout'", "entity_key": "batches.batch_key", "entity_id": "batches.batch_id",
        "platform": "batches.platform", "shop_id": "batches.shop_id", "currency": "batches.currency",
        "amount": "batches.batch_amount", "happened_on": "batches.settled_on",
        "due_on": "case when batch_amount > 0 then calendar.next_working_on end", "due_source": "'contract'",
        "cash_days": window("PAYOUT_ARRIVAL", "batches.platform", "batches.settled_on"),
        "arrived_on": "batches.paid_on", "has_arrived": "batches.pending_reason is null", "source_row": "batches.source_row",
    }) }}
    from {{ ref("fct_settlement_batches") }} as batches
    left join {{ ref("int_contract_days") }} as terms
        on batches.platform = terms.platform and batches.settled_on = terms.day
            and coalesce(batches.shop_id, '') = terms.shop_id
    left join {{ ref("int_calendar_days") }} as calendar
        on {{ add_days("batches.settled_on", "terms.payout_days") }} = calendar.day

    union all

    select {{ arrival_columns({
        "kind": "'bank_credit'", "entity_key": "payout_key", "entity_id": "payout_id", "platform": "platform",
        "account_id": "bank_account_id", "currency": "currency", "amount": "amount", "happened_on": "made_on",
        "due_on": "arrival_due_on", "due_source": "case when due_on is null then 'window' else 'payout' end",
        "arrived_on": "credited_on", "has_arrived": "transfer_id is not null and coalesce(code <> 'BK04', true)",
        "source_row": "source_row",
    }) }}
    from {{ ref("fct_payouts") }}
    where not is_replaced and coalesce(code <> 'BK04', true) and state <> 'excluded'

    union all

    select {{ arrival_columns({
        "kind": "'return_in'", "entity_key": "after_sale_key", "entity_id": "after_sale_id", "platform": "platform",
        "shop_id": "shop_id", "currency": "currency", "goods_amount": "goods_amount", "happened_on": "begun_on",
        "due_on": add_days("begun_on", window("RETURN_STOCKED", "platform", "begun_on")), "due_source": "'window'",
        "arrived_on": "stocked_on", "has_arrived": "stocked_on is not null", "source_row": "source_row",
    }) }}
    from {{ ref("int_returns_expected") }}

)

-- What a platform settles or pays out needs its days until it is in the bank.
select
    expected.*,
    case
        when status = 'overdue' or cash_days is null then greatest(due_on, {{ as_of() }})
        when due_on is not null then coalesce(calendar.next_working_on, {{ add_days("due_on", "cash_days") }})
    end as cash_on
from expected
left join {{ ref("int_calendar_days") }} as calendar
    on {{ add_days("expected.due_on", "expected.cash_days") }} = calendar.day

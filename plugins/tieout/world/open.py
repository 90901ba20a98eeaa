"""The own site's, JD's and Douyin's records as files of the open format: rows of text per entity."""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from tieout.world import merchant
from tieout.world.cash import Entry, Payout
from tieout.world.life import Order, Outflow, Payment, Refund, Settlement, end_of, fen

Row = tuple[str, ...]
COLUMNS: dict[str, str] = {
    "orders": "platform,order_id,shop_id,merchant_order_no,status,ordered_at,paid_at,completed_at,closed_at,buyer_id,"
    "device_id,address_id,pay_channel,currency,list_amount,freight_amount,discount_amount,buyer_paid_amount,subsidy_amount,cashback_amount",
    "order_lines": "platform,order_id,line_no,sku,product_name,category,quantity,unit_price,amount",
    "order_promotions": "platform,order_id,promotion_no,type,coupon_kind,bearer,amount",
    "after_sales": "platform,after_sale_id,order_id,type,status,reason,sku,quantity,buyer_id,applied_at,applied_amount,"
    "approved_at,approved_amount,return_tracking_no",
    "after_sale_events": "platform,after_sale_id,event_no,occurred_at,actor,event,old_amount,new_amount",
    "refunds": "platform,refund_id,after_sale_id,order_id,amount,refunded_at,pay_channel",
    "channel_transactions": "channel,transaction_id,type,request_no,account_id,merchant_order_no,"
    "original_transaction_id,status,currency,amount,fee_amount,occurred_at",
    "wallet_lines": "channel,account_id,line_id,sequence,type,business_no,merchant_order_no,amount,balance_after,"
    "currency,occurred_at,remark",
    "settlement_lines": "platform,batch_id,line_id,shop_id,order_id,refund_id,type,amount,currency,settled_on",
    "payouts": "platform,payout_id,account_id,batch_id,amount,carried_in_amount,currency,due_on,paid_on,"
    "bank_account_id,bank_reference,status",
    "stock_movements": "movement_id,type,platform,order_id,after_sale_id,sku,quantity,weight_kg,carrier,tracking_no,"
    "moved_at,stocked_at,condition,status",
    "erp_documents": "document_id,type,platform,order_id,refund_id,payout_id,amount,currency,document_on,voucher_no,"
    "status",
    "ledger_lines": "voucher_no,line_no,account_code,booked_on,debit_amount,credit_amount,currency,summary,auxiliary",
    "tickets": "ticket_id,order_id,after_sale_id,topic,opened_at,closed_at,promised_amount",
    "products": "sku,name,category,unit_price",
    "contracts": "platform,shop_id,category,valid_from,valid_to,commission_rate,commission_base,"
    "commission_returned_on_refund,channel_fee_rate,channel_fee_returned_on_refund,rounding,settle_days,settle_from,"
    "payout_days",
    "promotion_rules": "rule_id,rule,text",
}

_COUPONS = {"coupon": ("coupon", "shop"), "exclusive": ("coupon", "exclusive")}


def as_csv(entity: str, rows: Iterable[Row]) -> bytes:
    """Write an entity's rows as CSV in UTF-8 with a header."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS[entity].split(","))
    writer.writerows(rows)
    return text.getvalue().encode()


def as_meta(first: date, last: date, rows: int, exported_at: datetime) -> bytes:
    """Write what a delivery says of itself: the days it covers (both included), its rows, when it was written."""
    at = f"{_instant(exported_at)}+08:00"
    stated = {"from": first.isoformat(), "to": last.isoformat(), "rows": rows, "exported_at": at}
    return (json.dumps(stated) + "\n").encode()


def order_row(order: Order, day: date) -> Row:
    """Give an order as it stands at the end of a day."""
    moment = end_of(day)
    return (
        order.platform, order.order_id, order.shop_id, order.merchant_order_no, order.status_by(moment),
        _instant(order.created_at), _by(order.paid_at, moment), _by(order.completed_at, moment),
        _by(order.closed_at, moment), order.buyer, order.device or f"D{order.buyer[1:]}",
        order.address or f"A{order.buyer[1:]}", order.pay_channel, order.currency, fen(order.list_amount),
        fen(order.freight), fen(order.discount), fen(order.owed), fen(order.subsidy), fen(order.cashback),
    )  # fmt: skip


def line_rows(order: Order) -> list[Row]:
    """Give an order's lines; their amounts come to list price less discount."""
    return [
        (
            order.platform, order.order_id, str(place), line.product.sku, line.product.name, line.product.category,
            str(line.quantity), fen(line.product.price), fen(line.amount),
        )
        for place, line in enumerate(order.lines, start=1)
    ]  # fmt: skip


def promotion_rows(order: Order) -> list[Row]:
    """Give an order's promotions, which come to its discount, subsidy and cashback."""
    return [
        (order.platform, order.order_id, str(place), *_COUPONS.get(kind, (kind, "")), bearer, fen(amount))
        for place, (kind, bearer, amount) in enumerate(order.promotions, start=1)
    ]


def case_row(order: Order, refund: Refund, day: date) -> Row:
    """Give an after-sale case as it stands at the end of a day."""
    moment = end_of(day)
    approved = [(at, amount) for at, amount in refund.approvals if at <= moment]
    back = refund.type in ("return_refund", "exchange", "repair")
    # A claim about several goods names none of them.
    sku, quantity = (order.lines[0].product.sku, 1) if not refund.goods else ("", 0)
    if len(refund.goods) == 1:
        sku, quantity = refund.goods[0]
    return (
        order.platform, refund.after_sale_id, order.order_id, refund.type, _case_status(refund, moment), refund.reason,
        sku, str(quantity or ""), order.buyer, _instant(refund.applied_at), fen(refund.applied_amount),
        _instant(approved[-1][0]) if approved else "", fen(approved[-1][1]) if approved else "",
        f"YT{refund.refund_id}" if back else "",
    )  # fmt: skip


def _case_status(refund: Refund, moment: datetime) -> str:
    if _by(refund.refunded_at, moment):
        return "refunded"
    if _by(refund.closed_at, moment):
        return "closed"
    if not refund.approvals and not refund.is_unanswered:
        return "rejected"
    return "approved" if any(at <= moment for at, _ in refund.approvals) else "applied"


def event_rows(order: Order, refund: Refund, day: date) -> list[Row]:
    """Give what happened to a case on a day; every change of the approved amount is one event."""
    events: list[tuple[datetime, str, str, str, str]] = [
        (refund.applied_at, "buyer", "applied", "", fen(refund.applied_amount))
    ]
    old = refund.applied_amount
    for at, amount in refund.approvals:
        events.append((at, "agent", "approved" if len(events) == 1 else "amount_changed", fen(old), fen(amount)))
        old = amount
    if refund.refunded_at:
        events.append((refund.refunded_at, "system", "refunded", "", fen(refund.amount)))
    if refund.closed_at:
        events.append((refund.closed_at, "system", "closed", "", ""))
    return [
        (order.platform, refund.after_sale_id, str(place), _instant(at), actor, event, before, after)
        for place, (at, actor, event, before, after) in enumerate(events, start=1)
        if at.date() == day
    ]


def refund_row(order: Order, refund: Refund) -> Row:
    """Give a refund that the platform recorded."""
    return (
        order.platform, refund.refund_id, refund.after_sale_id, order.order_id, fen(refund.amount),
        _by(refund.refunded_at, refund.refunded_at), order.pay_channel,
    )  # fmt: skip


def transaction_row(record: Payment | Outflow) -> Row:
    """Give a channel's transaction; an outflow is negative, one that came back positive."""
    if isinstance(record, Payment):
        return (
            record.channel, record.transaction_id, "payment", "", record.account, record.merchant_order_no, "",
            record.status, record.currency, fen(record.amount), fen(-record.fee), _instant(record.at),
        )  # fmt: skip
    paid = record.payment
    return (
        paid.channel, record.channel_refund_id, record.kind, record.request_no, paid.account, paid.merchant_order_no,
        paid.transaction_id, record.status, paid.currency, fen(-record.amount), fen(record.fee_back),
        _instant(record.at),
    )  # fmt: skip


def wallet_row(channel: str, account: str, sequence: int, entry: Entry) -> Row:
    """Give a wallet's line in posting order."""
    return (
        channel, account, entry.line_id, str(sequence), entry.kind, entry.business_no, entry.merchant_order_no,
        fen(entry.amount), fen(entry.balance), "CNY", _instant(entry.at), entry.remark,
    )  # fmt: skip


def settlement_rows(batch_id: str, lines: Sequence[Settlement], day: date) -> list[Row]:
    """Give a platform's batch of a day."""
    return [
        (
            line.platform, batch_id, f"{batch_id}-{place:05d}", merchant.PLATFORM_SHOPS[line.platform], line.order_id,
            line.refund_id, line.type, fen(line.amount), "CNY", day.isoformat(),
        )
        for place, line in enumerate(lines, start=1)
    ]  # fmt: skip


def payout_row(payout: Payout, status: str) -> Row:
    """Give a payout as its platform lists it."""
    paid_on = "" if status == "pending" else payout.at.date().isoformat()
    return (
        payout.platform, payout.payout_id, payout.account, payout.batch_id, fen(payout.amount), fen(payout.carried),
        "CNY", payout.due_on.isoformat() if payout.due_on else "", paid_on, payout.bank_account, payout.reference,
        status,
    )  # fmt: skip


def _instant(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


def _by(at: datetime | None, moment: datetime | None) -> str:
    return _instant(at) if at is not None and moment is not None and at <= moment else ""

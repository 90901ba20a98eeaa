"""Tells lives day by day: every record waits for the day on which its system writes it, then is forgotten."""

from collections import defaultdict
from datetime import date
from typing import Any

from tieout.world import goods, merchant
from tieout.world.cash import Entry
from tieout.world.life import Order, Outflow, Payment


class Diary:
    """Records by day and stream. Memory holds only what has yet to come; what comes after the last day is dropped."""

    def __init__(self, last: date) -> None:
        """Keep nothing beyond the last day of the world."""
        self._last = last
        self._pages: defaultdict[date, defaultdict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))

    def add(self, day: date, stream: str, record: object) -> None:
        """Note a record for a day."""
        if day <= self._last:
            self._pages[day][stream].append(record)

    def page(self, day: date) -> defaultdict[str, list[Any]]:
        """Give a day's records by stream; more may be added while the day is being closed."""
        return self._pages[day]

    def forget(self, day: date) -> None:
        """Let go of a day that is written."""
        self._pages.pop(day, None)

    def tell(self, order: Order) -> None:
        """Note everything that any system will ever write about an order."""
        kind = "taobao" if order.platform == "taobao" else "open"
        for day in order.days():
            self.add(day, f"orders {kind}", order)
        for refund in order.refunds:
            for day in refund.days():
                self.add(day, f"cases {kind}", (order, refund))
        for payment in order.payments:
            self._tell_payment(order, payment)
        for outflow in order.outflows:
            self._tell_outflow(outflow)
        if (order.cashback or order.cashbacks) and order.completed_at and order.payments:
            paid_at = order.completed_at + order.cashback_late
            for place, amount in enumerate([order.cashback] if order.cashbacks is None else order.cashbacks):
                number = f"CB{order.order_id}{f'-{place}' if place else ''}"
                self._tell_outflow(Outflow(order.payments[0], "", number, amount, 0, paid_at, kind="cashback"))
        self._tell_settlement(order)
        self._tell_goods(order)

    def _tell_payment(self, order: Order, payment: Payment) -> None:
        self.add(payment.at.date(), f"trade {payment.account}", payment)
        if payment.status != "success":
            return
        self._enter(payment, "payment", payment.amount)
        if payment.fee:
            self._enter(payment, "fee", -payment.fee)
        if payment.account == merchant.ALIPAY_TAOBAO and order.completed_at and payment.order_id == order.order_id:
            commission = (payment.amount * merchant.TAOBAO_COMMISSION_PER_CENT + 50) // 100
            entry = _entry(payment, "commission", -commission)
            entry.at = order.completed_at
            self.add(entry.at.date(), f"wallet {payment.account}", entry)

    def _enter(self, payment: Payment, kind: str, amount: int) -> None:
        self.add(payment.at.date(), f"wallet {payment.account}", _entry(payment, kind, amount))

    def _tell_outflow(self, outflow: Outflow) -> None:
        payment, day = outflow.payment, outflow.at.date()
        self.add(day, f"trade {payment.account}", outflow)
        if outflow.status == "failed":
            return
        kind = outflow.kind if outflow.amount > 0 else "refund_returned"
        entry = _entry(payment, kind, -outflow.amount)
        back = _entry(payment, "fee_back", outflow.fee_back)
        for line in (entry, back):
            line.at, line.request_no = outflow.at, outflow.request_no
            # Alipay gives a refund no number of its own: its lines carry the payment's.
            line.business_no = outflow.channel_refund_id or payment.transaction_id
        if payment.channel == "wechat":
            # WeChat nets the fee it gives back inside the refund.
            entry.amount, entry.fee_part = entry.amount + outflow.fee_back, outflow.fee_back
        self.add(day, f"wallet {payment.account}", entry)
        if payment.channel != "wechat" and outflow.fee_back:
            self.add(day, f"wallet {payment.account}", back)

    def _tell_settlement(self, order: Order) -> None:
        for day, record in order.settlement or ():
            self.add(day, f"settlement {record.platform}", record)
        for fee in order.fees:
            self.add(fee.day, "fees", fee)

    def _tell_goods(self, order: Order) -> None:
        if order.shipped_at:
            self.add(order.shipped_at.date(), "shipped", order)
        for place, movement in enumerate(goods.movements(order), start=1):
            for day in goods.days(movement):
                self.add(day, "goods", (order, place, movement))
        for ticket in order.tickets:
            for day in goods.ticket_days(ticket):
                self.add(day, "tickets", (order, ticket))


def _entry(payment: Payment, kind: str, amount: int) -> Entry:
    return Entry(payment.at, kind, payment.transaction_id, payment.merchant_order_no, payment.order_id, amount)

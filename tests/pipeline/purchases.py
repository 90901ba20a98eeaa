"""Made-up purchases of the open format, and what is wrong with them by the definitions of the codes alone.

A purchase is one order, or two that were paid together under one merchant order number, with what the channels say of
it. The oracle knows nothing of how the product matches: it is told which payments belong to which order.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st

FIRST, AS_OF = date(2026, 5, 1), date(2026, 5, 31)
CENT = Decimal("0.01")
_ARRIVAL = timedelta(days=2)
_DEPOSIT = timedelta(days=30)
Verdict = tuple[str, str, Decimal]
"""`open` or `pending`, the code, and what the channels have more than we."""


@dataclass(frozen=True)
class Order:
    """An order as the shop lists it; a closed one may have been paid before."""

    status: str
    amount: Decimal
    ordered_on: date
    paid_on: date | None
    channel: str

    @property
    def is_paid(self) -> bool:
        return self.paid_on is not None and self.paid_on <= AS_OF

    @property
    def closed_on(self) -> date | None:
        return (self.paid_on or self.ordered_on) if self.status == "closed" else None

    @property
    def is_closed(self) -> bool:
        return self.closed_on is not None and self.closed_on <= AS_OF


@dataclass(frozen=True)
class Payment:
    """A channel's row; an amount below zero was sent back to the buyer."""

    amount: Decimal
    status: str
    on: date
    channel: str

    @property
    def counts(self) -> bool:
        return self.status == "success" and self.on <= AS_OF


@dataclass(frozen=True)
class Purchase:
    """Orders that were paid together, and their payments; without orders the receipt is nobody's."""

    orders: tuple[Order, ...]
    payments: tuple[Payment, ...]

    def judge(self) -> Verdict | None:
        """Say what is wrong by the codes' definitions, OP01 to OP05; None where nothing is."""
        received = [payment.amount for payment in self.payments if payment.counts and payment.amount > 0]
        sent_back = -sum(payment.amount for payment in self.payments if payment.counts and payment.amount < 0)
        orders = [order for order in self.orders if order.ordered_on <= AS_OF]
        if not orders:
            return ("open", "OP02", received[0]) if received else None
        owed = sum((order.amount for order in orders if order.is_paid), Decimal(0))
        in_hand = sum(received, Decimal(0)) - sent_back
        is_closed = all(order.is_closed for order in orders)
        if not owed or (is_closed and received and in_hand > CENT):
            return self._not_owed(orders, received, in_hand, is_closed)
        if not received:
            return self._nothing_received(orders, owed)
        surplus = sum(received, Decimal(0)) - owed
        covered_without_one = len(received) > 1 and sum(received) - min(received) >= owed - CENT
        if surplus > CENT and covered_without_one:
            return None if sent_back >= surplus - CENT else ("open", "OP05", surplus)
        return ("open", "OP03", surplus) if abs(surplus) > CENT else None

    def _not_owed(
        self, orders: list[Order], received: list[Decimal], in_hand: Decimal, is_closed: bool
    ) -> Verdict | None:
        # Money today for an order that is paid after midnight is a matter of timing, OP06.
        is_paid_later = any(order.paid_on and order.paid_on > AS_OF for order in orders)
        if in_hand <= CENT or is_paid_later:
            return None
        last = max(payment.on for payment in self.payments if payment.counts and payment.amount > 0)
        whole = sum((order.amount for order in orders), Decimal(0))
        waits = not is_closed and sum(received) < whole - CENT and last + _DEPOSIT >= AS_OF
        return ("pending" if waits else "open", "OP04", in_hand)

    def _nothing_received(self, orders: list[Order], owed: Decimal) -> Verdict:
        tried = {payment.status for payment in self.payments if payment.on <= AS_OF and payment.amount > 0}
        if tried & {"failed", "closed"} and "processing" not in tried:
            return "open", "OP04", -owed
        paid_on = min(order.paid_on if order.is_paid and order.paid_on else order.ordered_on for order in orders)
        return "pending" if paid_on + _ARRIVAL >= AS_OF else "open", "OP01", -owed


def _amounts(low: int, high: int) -> st.SearchStrategy[Decimal]:
    return st.integers(low, high).map(lambda cents: cents * CENT)


@st.composite
def _orders(draw: st.DrawFn) -> Order:
    ordered_on = FIRST + timedelta(days=draw(st.integers(1, 32)))
    status = draw(st.sampled_from(("paid", "shipped", "completed", "paid", "unpaid", "closed")))
    is_paid = status not in ("unpaid", "closed") or (status == "closed" and draw(st.booleans()))
    paid_on = ordered_on + timedelta(days=draw(st.sampled_from((0, 0, 0, 1)))) if is_paid else None
    return Order(status, draw(_amounts(100, 99_999)), ordered_on, paid_on, draw(st.sampled_from(("wechat", "alipay"))))


@st.composite
def purchases(draw: st.DrawFn) -> Purchase:
    """Draw a purchase: most are paid as they should be, the others in all ways that come to mind."""
    orders = draw(st.lists(_orders(), min_size=0, max_size=2))
    whole = sum((order.amount for order in orders), Decimal(0)) or draw(_amounts(100, 99_999))
    part = draw(_amounts(1, int(whole * 100) - 1))
    off = draw(st.sampled_from((1, 2, 100, 1000))) * CENT
    paid = draw(
        st.sampled_from(
            ([], [whole], [whole], [part], [whole + off], [max(whole - off, CENT)], [part, whole - part],
             [whole, whole], [whole, part], [part, part], [whole, whole, whole], [part, whole - part, whole])
        )
    )  # fmt: skip
    words = st.sampled_from(("success", "success", "success", "success", "processing", "failed", "closed"))
    since = min((order.ordered_on for order in orders), default=FIRST + timedelta(days=draw(st.integers(1, 32))))

    def record(amount: Decimal, status: str) -> Payment:
        day = since + timedelta(days=draw(st.sampled_from((0, 0, 0, 1, 2))))
        return Payment(amount, status, day, draw(st.sampled_from(("wechat", "alipay"))))

    payments = [record(amount, draw(words)) for amount in (paid[:1] if not orders else paid)]
    received = [payment for payment in payments if payment.counts]
    if received and draw(st.integers(0, 3)) == 0:
        # Money goes back the way it came.
        back = received[-1]
        payments.append(Payment(-draw(st.sampled_from((back.amount, part))), "success", back.on, back.channel))
    return Purchase(tuple(orders), tuple(payments))


class Drawn(tuple[Purchase, ...]):
    """Purchases that say how many they are: those that matter are told one by one."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"{len(self)} purchases"


def to_files(drawn: Iterable[Purchase]) -> tuple[str, str, dict[str, Verdict]]:
    """Write the orders' and the channels' file; give them with what is wrong, by order or transaction.

    Two good purchases on the first day show that both channels deliver bills of this shop.
    """
    good = [
        Purchase((Order("paid", Decimal(1), FIRST, FIRST, name),), (Payment(Decimal(1), "success", FIRST, name),))
        for name in ("wechat", "alipay")
    ]
    orders = [
        "platform,order_id,shop_id,merchant_order_no,status,ordered_at,paid_at,closed_at,pay_channel,buyer_paid_amount"
    ]
    rows = [
        "channel,transaction_id,type,request_no,account_id,merchant_order_no,original_transaction_id,status,amount,occurred_at"
    ]
    wrong: dict[str, Verdict] = {}
    for number, purchase in enumerate([*good, *drawn]):
        for place, order in enumerate(purchase.orders):
            paid = f"{order.paid_on}T12:00:00" if order.paid_on else ""
            closed = f"{order.closed_on}T13:00:00" if order.closed_on else ""
            orders.append(
                f"self,O{number:04}-{place},S,M{number:04},{order.status},{order.ordered_on}T11:00:00,{paid},{closed},"
                f"{order.channel},{order.amount}"
            )
        for place, payment in enumerate(purchase.payments):
            kind, request, original = ("payment", "", "") if payment.amount > 0 else ("refund", f"R{number:04}", "")
            rows.append(
                f"{payment.channel},T{number:04}-{place},{kind},{request},A-{payment.channel},M{number:04},{original},"
                f"{payment.status},{payment.amount},{payment.on}T12:30:00"
            )
        verdict = purchase.judge()
        if verdict:
            there = [
                f"O{number:04}-{place}" for place, order in enumerate(purchase.orders) if order.ordered_on <= AS_OF
            ]
            wrong[min(there, default=f"T{number:04}-0")] = verdict
    return "\n".join(orders) + "\n", "\n".join(rows) + "\n", wrong

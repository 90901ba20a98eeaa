"""What goes wrong between events and their documents, and what only seems to; each fault notes what it did."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from tieout.world.cash import Payout
from tieout.world.faults import note
from tieout.world.life import Booking, Order, Refund
from tieout.world.scene import DAY, Scene, Twist
from tieout.world.truth import FAULT, LOOKALIKE

DOCUMENT_DUE = timedelta(days=7)
"""How long a document or voucher may take before it is reported."""
PayoutTwist = Callable[[Payout, Scene], bool]


def _lends_itself(order: Order) -> bool:
    """Whether an order was paid, sent and finished, with nothing else to it."""
    plain = not (order.refunds or order.outflows or order.is_merged or order.stages or order.cashback)
    return bool(plain and order.paid_at and order.shipped_at and order.completed_at and order.owed > 3000)


def _shipped_on(order: Order) -> date:
    return (order.shipped_at or order.created_at).date()


def forget_sale(order: Order, scene: Scene) -> bool:
    """GL01: sent, and no document recognises the revenue."""
    if not _lends_itself(order):
        return False
    order.bookings = []
    from_on = _shipped_on(order) + DOCUMENT_DUE + DAY
    note(scene, "GL01", order, amount=order.owed, from_on=from_on, text="shipped, no sale document")
    return True


def book_unsent(order: Order, scene: Scene) -> bool:
    """GL01: revenue is recognised of an order that was paid and never sent."""
    if not _lends_itself(order):
        return False
    day = _shipped_on(order)
    order.shipped_at = order.completed_at = None
    order.bookings = [Booking(day, order.owed)]
    text = "a sale document of an order that was never sent"
    note(scene, "GL01", order, amount=order.owed, from_on=day + DOCUMENT_DUE + DAY, text=text)
    return True


def book_sale_twice(order: Order, scene: Scene) -> bool:
    """GL02: one shipment, two sale documents."""
    if not _lends_itself(order):
        return False
    day = _shipped_on(order)
    order.bookings = [Booking(day, order.owed), Booking(day + DAY, order.owed, "-2")]
    note(scene, "GL02", order, amount=order.owed, from_on=day + DAY, text="two sale documents")
    return True


def misstate_sale(order: Order, scene: Scene) -> bool:
    """GL03: the sale document is of another amount."""
    if not _lends_itself(order):
        return False
    delta, day = scene.rng.choice((1, 90, 1000, -2700)), _shipped_on(order)
    order.bookings = [Booking(day, order.owed + delta)]
    note(scene, "GL03", order, amount=delta, from_on=day, text="sale document of another amount")
    return True


def _refund(order: Order, scene: Scene) -> Refund | None:
    if not _lends_itself(order) or order.completed_at is None:
        return None
    refund = scene.aftersales.open(order, order.owed * scene.rng.randrange(20, 60) // 100, order.completed_at)
    scene.aftersales.send(order, refund)
    return refund


def forget_return(order: Order, scene: Scene) -> bool:
    """GL02: refunded after it was sent, and no document takes the revenue back."""
    refund = _refund(order, scene)
    if refund is None or refund.refunded_at is None:
        return False
    refund.bookings = []
    from_on = refund.refunded_at.date() + DOCUMENT_DUE + DAY
    note(scene, "GL02", refund, order, amount=refund.amount, from_on=from_on, text="refund without a return document")
    return True


def book_return_twice(order: Order, scene: Scene) -> bool:
    """GL02: one refund, two return documents on one day."""
    refund = _refund(order, scene)
    if refund is None or refund.refunded_at is None:
        return False
    day = refund.refunded_at.date()
    refund.bookings = [Booking(day, refund.amount), Booking(day, refund.amount, "-2")]
    note(scene, "GL02", refund, order, amount=refund.amount, from_on=day, text="two return documents")
    return True


def negate_return(order: Order, scene: Scene) -> bool:
    """GL03: the return document's amount has the wrong sign."""
    refund = _refund(order, scene)
    if refund is None or refund.refunded_at is None:
        return False
    day = refund.refunded_at.date()
    refund.bookings = [Booking(day, -refund.amount)]
    note(scene, "GL03", refund, order, amount=2 * refund.amount, from_on=day, text="return document written negative")
    return True


def book_late(order: Order, scene: Scene) -> bool:
    """GL01: booked five days later; nobody has to act before the seventh is over."""
    return _seem(order, scene, "GL01", "booked five days late", [(5, 100, "", "posted")])


def split_sale(order: Order, scene: Scene) -> bool:
    """GL03: one document for each of two parcels; together they are the order's."""
    return _seem(order, scene, "GL03", "two documents that add up", [(0, 40, "-A", "posted"), (0, 60, "-B", "posted")])


def reverse_and_reissue(order: Order, scene: Scene) -> bool:
    """GL02, GL04: written, taken back by a negative document and voucher line, written again."""
    texts = [(0, 100, "", "posted"), (1, -100, "-R", "posted"), (2, 100, "-2", "posted")]
    return _seem(order, scene, "GL04", "taken back and written again", texts)


def void_twin(order: Order, scene: Scene) -> bool:
    """GL02: a second document that was declared void."""
    return _seem(order, scene, "GL02", "the second document is void", [(0, 100, "", "posted"), (0, 100, "-2", "作废")])


def _seem(order: Order, scene: Scene, code: str, text: str, parts: Sequence[tuple[int, int, str, str]]) -> bool:
    """Book a plain order in parts (days later, per cent of its amount, suffix, status)."""
    if not _lends_itself(order):
        return False
    day, bookings = _shipped_on(order), []
    for days, share, suffix, status in parts:
        amount = order.owed * share // 100 if abs(share) != 60 else order.owed - order.owed * 40 // 100
        bookings.append(Booking(day + days * DAY, amount, suffix, status))
    order.bookings = bookings
    scene.truth.add(code, LOOKALIKE, ("order", order.order_id), from_on=day, note=text, order=order)
    return True


def forget_receipt(payout: Payout, scene: Scene) -> bool:
    """GL02: paid out, in the bank, and no receipt."""
    if payout.credited_on is None or payout.platform in ("alipay", "wechat"):
        return False
    payout.bookings = []
    from_on = payout.credited_on + DOCUMENT_DUE + DAY
    _note_payout(scene, "GL02", payout, "in the bank without a receipt", amount=payout.amount, from_on=from_on)
    return True


def book_receipt_twice(payout: Payout, scene: Scene) -> bool:
    """GL02: one payout, two receipts."""
    if payout.credited_on is None or payout.platform in ("alipay", "wechat"):
        return False
    day = payout.at.date()
    payout.bookings = [Booking(day, payout.amount), Booking(day, payout.amount, "-2")]
    _note_payout(scene, "GL02", payout, "two receipts of one payout", amount=payout.amount, from_on=day)
    return True


def misstate_receipt(payout: Payout, scene: Scene) -> bool:
    """GL03: the receipt is of another amount than the payout."""
    if payout.credited_on is None or payout.platform in ("alipay", "wechat"):
        return False
    delta, day = 900 if payout.at.minute % 2 else -4500, payout.at.date()
    payout.bookings = [Booking(day, payout.amount + delta)]
    _note_payout(scene, "GL03", payout, "receipt of another amount", amount=delta, from_on=day)
    return True


def _note_payout(scene: Scene, code: str, payout: Payout, text: str, *, amount: int, from_on: date) -> None:
    scene.truth.add(
        code, FAULT, ("payout", payout.payout_id), amount=amount, from_on=from_on, note=text,
        ids={"platform": payout.platform, "payout_id": payout.payout_id},
    )  # fmt: skip


ORDER_FAULTS: tuple[tuple[str, Twist], ...] = (
    ("GL01", forget_sale),
    ("GL01", book_unsent),
    ("GL02", book_sale_twice),
    ("GL02", forget_return),
    ("GL02", book_return_twice),
    ("GL03", misstate_sale),
    ("GL03", negate_return),
)
ORDER_LOOKALIKES: tuple[tuple[str, Twist], ...] = (
    ("GL01", book_late),
    ("GL03", split_sale),
    ("GL04", reverse_and_reissue),
    ("GL02", void_twin),
)
RECEIPT_FAULTS: tuple[tuple[str, PayoutTwist], ...] = (
    ("GL02", forget_receipt),
    ("GL02", book_receipt_twice),
    ("GL03", misstate_receipt),
)

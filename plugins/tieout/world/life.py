"""What happened to one order: who owes what, what was paid, given back and sent. Amounts are in fen (1/100 yuan).

`bookings` are the documents that the ERP writes of an order's sale, a refund's return or a payout's receipt; None is
one, as it should be.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from tieout.world.merchant import GRAMS, Product
from tieout.world.parcels import Goods, Movement, Ticket


@dataclass(frozen=True, slots=True)
class Booking:
    """A document that the ERP writes on a day; `suffix` tells several of one event apart."""

    on: date
    amount: int
    suffix: str = ""
    status: str = "posted"


@dataclass(slots=True)
class Payment:
    """Money a channel took from a buyer. `status` is success or closed (taken back before it counted)."""

    channel: str
    account: str
    transaction_id: str
    merchant_order_no: str
    order_id: str
    amount: int
    fee: int
    at: datetime
    currency: str = "CNY"
    status: str = "success"


@dataclass(slots=True)
class Outflow:
    """Money a channel gave back. A negative amount came back to the merchant: the refund bounced.

    `status` is success, processing (WeChat's bill is never updated) or failed (nothing left the wallet); `kind` is
    refund or cashback.
    """

    payment: Payment
    request_no: str
    channel_refund_id: str
    amount: int
    fee_back: int
    at: datetime
    status: str = "success"
    kind: str = "refund"


@dataclass(slots=True)
class Refund:
    """An after-sale case and, if `refunded_at` is set, the refund the platform recorded for it.

    `approvals` are the amounts that were approved one after the other; the last one counts. `goods` is what the claim
    is about, `closed_at` when it was finished without a refund. A case with `returned_at` and no `parcels` of its own
    brings all its goods back then. `bookings` are its return's documents, where they are not the usual one.
    A case without approvals was turned down, unless it `is_unanswered`.
    """

    refund_id: str
    after_sale_id: str
    type: str
    reason: str
    applied_at: datetime
    applied_amount: int
    approvals: list[tuple[datetime, int]]
    refunded_at: datetime | None
    returned_at: datetime | None = None
    closed_at: datetime | None = None
    is_unanswered: bool = False
    goods: list[Goods] = field(default_factory=list)
    parcels: list[Movement] = field(default_factory=list)
    bookings: list[Booking] | None = None

    @property
    def amount(self) -> int:
        """The last approved amount, or what was applied for."""
        return self.approvals[-1][1] if self.approvals else self.applied_amount

    def days(self) -> list[date]:
        """Days on which the case changed."""
        times = [self.applied_at, *(at for at, _ in self.approvals), self.refunded_at, self.closed_at]
        return sorted({at.date() for at in times if at is not None})


@dataclass(slots=True)
class Line:
    """One product of an order; `amount` is after its share of the discount."""

    product: Product
    quantity: int
    amount: int


@dataclass(slots=True)
class Settlement:
    """A line of a platform's settlement, signed from the merchant's side, in fen; of no order where that is empty."""

    platform: str
    order_id: str
    refund_id: str
    type: str
    amount: int


@dataclass(slots=True)
class Fee:
    """A document by which the books record what a platform deducted; the amount is positive, in fen."""

    platform: str
    order_id: str
    amount: int
    day: date


@dataclass(slots=True)
class Order:
    """An order with its whole life. A life is written at once and told day by day.

    `device` and `address` are the buyer's own where empty; `parcel_grams` is what a parcel weighs whatever is in it;
    `cashbacks` are the ones paid, the promised one where None, `cashback_late` after completion.
    """

    platform: str
    order_id: str
    shop_id: str
    merchant_order_no: str
    buyer: str
    created_at: datetime
    lines: list[Line]
    list_amount: int
    discount: int
    freight: int
    paid_at: datetime | None = None
    shipped_at: datetime | None = None
    completed_at: datetime | None = None
    closed_at: datetime | None = None
    subsidy: int = 0
    cashback: int = 0
    currency: str = "CNY"
    pay_channel: str = ""
    stages: bool = False
    is_merged: bool = False
    promotions: list[tuple[str, str, int]] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)
    refunds: list[Refund] = field(default_factory=list)
    outflows: list[Outflow] = field(default_factory=list)
    account: str = ""
    device: str = ""
    address: str = ""
    parcel_grams: int | None = None
    cashbacks: list[int] | None = None
    cashback_late: timedelta = timedelta(0)
    parcels: list[Movement] = field(default_factory=list)
    tickets: list[Ticket] = field(default_factory=list)
    bookings: list[Booking] | None = None
    settlement: list[tuple[date, Settlement]] | None = None
    fees: list[Fee] = field(default_factory=list)

    @property
    def owed(self) -> int:
        """What the buyer owes: list price less discount, and freight."""
        return self.list_amount - self.discount + self.freight

    def weight(self, sku: str, quantity: int) -> str:
        """Give what a parcel of the order with so many of a product weighs, in kg."""
        grams = GRAMS[sku] * quantity if self.parcel_grams is None else self.parcel_grams
        return f"{grams // 1000}.{grams % 1000:03d}"

    def status_by(self, moment: datetime) -> str:
        """Give the status that the platform shows at a moment."""
        for status, at in (
            ("closed", self.closed_at),
            ("completed", self.completed_at),
            ("shipped", self.shipped_at),
            ("paid", self.paid_at),
        ):
            if at is not None and at <= moment:
                return status
        return "unpaid"

    def days(self) -> list[date]:
        """Days on which the order changed, the first being the day it was placed."""
        times = (self.created_at, self.paid_at, self.shipped_at, self.completed_at, self.closed_at)
        return sorted({at.date() for at in times if at is not None})

    def shift(self, delta: timedelta) -> None:
        """Move the order's life before any after-sale in time; used where a fault needs an hour of the day."""
        self.created_at += delta
        for name in ("paid_at", "shipped_at", "completed_at", "closed_at"):
            at = getattr(self, name)
            if at is not None:
                setattr(self, name, at + delta)
        for payment in self.payments:
            payment.at += delta


def fen(amount: int) -> str:
    """Write fen as yuan with two decimals."""
    sign = "-" if amount < 0 else ""
    whole, rest = divmod(abs(amount), 100)
    return f"{sign}{whole}.{rest:02d}"


def end_of(day: date) -> datetime:
    """Give the last second of a day."""
    return datetime.combine(day, time(23, 59, 59))


def clock(at: datetime | None) -> str:
    """Write an instant as the Chinese files do: Beijing time without an offset; nothing for none."""
    return at.isoformat(" ", "seconds") if at else ""

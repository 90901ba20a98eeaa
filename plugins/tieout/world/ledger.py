"""The ERP's documents and the ledger: a day's documents, the vouchers that carry them, the journal of the banks."""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from tieout.world import merchant
from tieout.world.books import Statement
from tieout.world.cash import Payout
from tieout.world.diary import Diary
from tieout.world.inbox import Inbox
from tieout.world.ledger_faults import Lines, choose
from tieout.world.life import Booking, Order, fen
from tieout.world.open import Row
from tieout.world.scene import Scene

_RECEIVABLE, _REVENUE, _TAX, _TRANSIT = "1122", "6001", "22210101", "1012"
_PAYABLE, _FEES = "2202", "660102"
_KINDS = ("sale", "sale_return", "receipt", "fee")
_LATE, _LATEST = 0.05, 3
_LEDGER_ACCOUNT = {account.account_id: account.ledger_account for account in merchant.ACCOUNTS}
_RETURNS = ("refund_only", "return_refund")


@dataclass(frozen=True, slots=True)
class Document:
    """A document of the ERP; `amount` is as written in it, in fen."""

    document_id: str
    type: str
    platform: str
    amount: int
    order_id: str = ""
    refund_id: str = ""
    payout_id: str = ""
    status: str = "posted"


class Ledger:
    """Writes documents, a voucher a day for each kind of them, and a voucher a day for each bank account."""

    def __init__(self, scene: Scene, inbox: Inbox, diary: Diary, rng: Random, each: int) -> None:
        """Take how often a fault of orders happens; `rng` is its own, so that the books disturb nobody's story."""
        self._scene, self._inbox, self._diary, self._rng = scene, inbox, diary, rng
        self._spoilt = choose(rng, scene, [account for account, code in _LEDGER_ACCOUNT.items() if code], each)
        self._journal: defaultdict[date, list[tuple[str, Lines]]] = defaultdict(list)

    def note_order(self, order: Order) -> None:
        """Note the documents of an order's sale and of its returns for the days on which they are booked."""
        usual = [Booking(self._booked_on(order.shipped_at.date()), order.owed)] if order.shipped_at else []
        for booking in usual if order.bookings is None else order.bookings:
            number = f"SO-{order.order_id}{booking.suffix}"
            self._note(booking, Document(number, "sale", order.platform, booking.amount, order.order_id))
        for refund in order.refunds:
            at = refund.refunded_at
            if at is None or order.shipped_at is None or at <= order.shipped_at or refund.type not in _RETURNS:
                continue
            usual = [Booking(at.date(), refund.amount)]
            for booking in usual if refund.bookings is None else refund.bookings:
                number, ids = f"SR-{refund.refund_id}{booking.suffix}", (order.order_id, refund.refund_id)
                self._note(booking, Document(number, "sale_return", order.platform, booking.amount, *ids))

    def note_statement(self, statement: Statement) -> None:
        """Book an account's statement of a day, line by line."""
        own = _LEDGER_ACCOUNT[statement.account]
        lines: Lines = []
        for line in statement.lines:
            amount = self._spoilt.misbook(statement, line)
            other = _TRANSIT if amount > 0 else _PAYABLE
            size = abs(amount)
            lines += [(own, size, 0), (other, 0, size)] if amount > 0 else [(other, size, 0), (own, 0, size)]
        if lines:
            self._journal[statement.day].append((f"B{statement.day:%Y%m%d}-{own}", lines))

    def write_day(self, day: date) -> None:
        """Write a day's documents and vouchers."""
        page = self._diary.page(day)
        for payout in page["receipts"]:
            self._note_receipt(payout)
        for place, fee in enumerate(page["fees"], start=1):
            number = f"FE-{day:%Y%m%d}-{place}"
            self._note(Booking(day, fee.amount), Document(number, "fee", fee.platform, fee.amount, fee.order_id))
        documents: list[Document] = page["documents"]
        vouchers = self._journal.pop(day, [])
        numbers = {kind: f"V{day:%Y%m%d}-{place}" for place, kind in enumerate(_KINDS, start=1)}
        for kind, number in numbers.items():
            carried = [
                document.amount for document in documents if document.type == kind and document.status == "posted"
            ]
            if carried:
                vouchers += self._spoilt.spoil(day, kind, number, _voucher(kind, sum(carried)), sum(carried))
        rows: list[Row] = [
            (
                document.document_id, document.type, document.platform, document.order_id, document.refund_id,
                document.payout_id, fen(document.amount), "CNY", day.isoformat(), numbers[document.type],
                document.status,
            )
            for document in documents
        ]  # fmt: skip
        self._inbox.put_open("erp_documents", day, rows)
        ledger: list[Row] = [
            (
                number, str(place), account, day.isoformat(), fen(debit) if debit else "",
                fen(credit) if credit else "", "CNY", "日结", "",
            )
            for number, lines in vouchers
            for place, (account, debit, credit) in enumerate(lines, start=1)
        ]  # fmt: skip
        self._inbox.put_open("ledger_lines", day, ledger)

    def _note_receipt(self, payout: Payout) -> None:
        self._spoilt.receipts.apply(payout, self._scene)
        usual = [Booking(payout.at.date(), payout.amount)]
        for booking in usual if payout.bookings is None else payout.bookings:
            number = f"RC-{payout.payout_id}{booking.suffix}"
            document = Document(number, "receipt", payout.platform, booking.amount, payout_id=payout.payout_id)
            self._note(booking, document)

    def _note(self, booking: Booking, document: Document) -> None:
        self._diary.add(booking.on, "documents", replace(document, status=booking.status))

    def _booked_on(self, day: date) -> date:
        """Book on the day itself, now and then some days later."""
        return day + timedelta(days=self._rng.randint(1, _LATEST) if self._rng.random() < _LATE else 0)


def _voucher(kind: str, total: int) -> Lines:
    """Give the lines of a day's voucher; sales carry 13 % value added tax."""
    net = (total * 100 + 56) // 113
    if kind == "sale":
        return [(_RECEIVABLE, total, 0), (_REVENUE, 0, net), (_TAX, 0, total - net)]
    if kind == "sale_return":
        return [(_REVENUE, net, 0), (_TAX, total - net, 0), (_RECEIVABLE, 0, total)]
    if kind == "receipt":
        return [(_TRANSIT, total, 0), (_RECEIVABLE, 0, total)]
    return [(_FEES, total, 0), (_RECEIVABLE, 0, total)]

"""What goes wrong in the ledger: vouchers that do not carry their documents, bank lines booked with another amount."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from tieout.world.book_faults import DOCUMENT_DUE, RECEIPT_FAULTS
from tieout.world.books import Statement
from tieout.world.cash import BankLine
from tieout.world.scene import DAY, Agenda, Scene
from tieout.world.truth import FAULT, Truth

Lines = list[tuple[str, int, int]]
"""Lines of a voucher: account code, debit and credit in fen."""


@dataclass
class LedgerFaults:
    """What goes wrong in the ledger: days whose voucher of a kind is spoilt, receipts, and days of misbooked lines."""

    truth: Truth
    last: date
    receipts: Agenda
    vouchers: dict[tuple[date, str], str]
    misbooked: dict[str, date]

    def spoil(self, day: date, kind: str, number: str, lines: Lines, total: int) -> list[tuple[str, Lines]]:
        """Give the vouchers that the ledger has for one that it should have; `total` is what its documents come to."""
        fault = self.vouchers.get((day, kind)) if total > 3000 else None
        if fault is None:
            return [(number, lines)]
        amount, from_on = 1100 + day.day, day
        account, debit, credit = lines[0]
        spoilt = [(number, [(account, debit + amount, credit), *lines[1:]])]
        if fault == "unbalanced":
            text = "debits and credits differ"
        elif fault == "differs":
            text, (last, owing, owed) = "of another amount than its documents", lines[-1]
            spoilt[0][1][-1] = (last, owing, owed + amount)
        elif fault == "missing":
            amount, from_on, text, spoilt = (
                total,
                day + DOCUMENT_DUE + DAY,
                "its documents name it, the ledger has none",
                [],
            )
        else:
            amount, text, number, spoilt = (
                total,
                "booked a second time",
                f"{number}B",
                [(number, lines), (f"{number}B", lines)],
            )
        ids = {"document_id": number}
        self.truth.add("GL04", FAULT, ("document", number), amount=amount, from_on=from_on, note=text, ids=ids)
        return spoilt

    def misbook(self, statement: Statement, line: BankLine) -> int:
        """Give the amount with which a line is booked: one of an account, from its day on, with another one."""
        month_end = (statement.day.replace(day=28) + timedelta(days=4)).replace(day=1) - DAY
        if not self.misbooked.get(statement.account, self.last + DAY) <= statement.day or month_end > self.last:
            return line.amount
        del self.misbooked[statement.account]
        delta = 2700 if line.amount > 0 else -2700
        entity = ("account_day", f"{statement.account}|{month_end}")
        ids = {"account_id": statement.account, "source_day": month_end.isoformat()}
        text = f"line {line.line_id} is booked with another amount"
        self.truth.add("BK05", FAULT, entity, amount=delta, from_on=month_end, note=text, ids=ids)
        return line.amount + delta


def choose(rng: Random, scene: Scene, accounts: Sequence[str], each: int) -> LedgerFaults:
    """Choose the days of spoilt vouchers and misbooked lines; `each` is how often a fault of orders happens."""
    days = [scene.day(index) for index in range(2, max(3, (scene.last - scene.first).days - 10))]
    places = [(day, kind) for day in days for kind in ("sale", "receipt")]
    count = min(each, max(1, len(places) // 16))
    faults = ("unbalanced", "differs", "missing") * count
    vouchers = dict(zip(rng.sample(places, min(len(faults), len(places))), faults, strict=False))
    # A voucher without documents is a break only where nineteen of twenty of its kind have some.
    late = [day for day in days if day >= scene.day(16) and (day, "sale") not in vouchers]
    if late:
        vouchers[rng.choice(late), "sale"] = "doubled"
    receipts = Agenda(rng, len(days) * 5)
    receipts.spread(RECEIPT_FAULTS, min(each, max(1, len(days) // 10)))
    misbooked = {account: rng.choice(days) for account in accounts[: min(each, len(accounts))]}
    return LedgerFaults(scene.truth, scene.last, receipts, vouchers, misbooked)

"""Proving rows against what their file states: counts, sums, running balances and units."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tieout.core.money import to_amount
from tieout.core.reading import UnreadableError

Window = tuple[date, date] | None


@dataclass(frozen=True)
class Proof:
    """Which file is proved: what it covers and whose it is, so that a break can name them."""

    window: Window = None
    account: str | None = None

    @property
    def _where(self) -> str:
        days = f", {self.window[0]} to {self.window[1]}" if self.window else ""
        return f" (account {self.account or 'not stated'}{days})"

    def check(self, what: str, stated: Decimal, counted: Decimal | int) -> None:
        """Refuse the file if a stated figure is not what its rows give; a factor of 100 is called 分/元 confusion."""
        counted = Decimal(counted)
        if stated == counted:
            return
        figures = f"{what}: the file states {stated}, its rows give {counted}, difference {stated - counted}"
        if counted and stated and stated in {counted * 100, counted / 100} and not what.endswith("笔数"):
            self.fail("unit_or_encoding", f"{figures}. Exactly a factor of 100: rows or totals are in 分 instead of 元")
        self.fail("totals_break", f"{figures}. Rows are missing, doubled or changed: fetch the file again")

    def fail(self, reason: str, message: str, line: int | None = None) -> None:
        """Refuse the file, with its account and window in the message and in the finding."""
        raise UnreadableError(reason, message + self._where, line=line, window=self.window, account=self.account)

    def check_chain(self, steps: Sequence["Step"]) -> tuple[Decimal, Decimal] | None:
        """Prove a running balance and give the opening and closing balance (None without steps).

        Each line leads from one balance to the next. Whatever the order of the file (newest first, ties within a
        second), every balance that a line starts from is the one another line ended at, but for one opening and one
        closing balance. A changed amount, a changed balance or a line taken out of the middle breaks that.
        """
        if not steps:
            return None
        before = Counter(step.balance - step.movement for step in steps)
        after = Counter(step.balance for step in steps)
        starts, ends = list((before - after).elements()), list((after - before).elements())
        if not starts and not ends:
            first = steps[0].balance - steps[0].movement
            opening = first if steps[-1].balance == first else steps[0].balance
            return opening, opening
        if len(starts) == 1:
            return starts[0], ends[0]
        broken = _first_break(steps)
        self.fail(
            "totals_break",
            f"running balance breaks at line {broken.line}: balance {broken.balance} after a movement of "
            f"{broken.movement} follows from {broken.balance - broken.movement}, which no neighbour ends at. "
            "A line is missing or changed: fetch the file again",
            broken.line,
        )
        return None


@dataclass(frozen=True)
class Step:
    """One line of an account: what moved (+ in, − out) and the balance after it."""

    line: int
    movement: Decimal
    balance: Decimal


def _first_break(steps: Sequence[Step]) -> Step:
    """Find the line where the file's own order, forwards or backwards, holds longest and then breaks."""
    breaks = []
    for ordered in (steps, steps[::-1]):
        place = next(
            (i for i in range(1, len(ordered)) if ordered[i - 1].balance + ordered[i].movement != ordered[i].balance),
            len(ordered) - 1,
        )
        breaks.append((place, ordered[place]))
    return max(breaks, key=lambda found: found[0])[1]


def amount_at(line: int, column: str, value: str | None) -> Decimal:
    """Read an amount that totals depend on; empty is nothing. An unreadable one makes the whole file unprovable."""
    if value is None:
        return Decimal(0)
    try:
        return to_amount(value)
    except ValueError as error:
        raise UnreadableError(
            "unreadable", f"line {line}, column {column}: '{value}' is not an amount, so nothing can be proved",
            line=line, column=column, value=value,
        ) from error  # fmt: skip


def check_unit(values: Iterable[str | None], what: str) -> None:
    """Refuse amounts of more than three rows that all lack a decimal point: such bills are written 12.34, in yuan."""
    written = [value for value in values if value]
    if len(written) > 3 and any(value.strip("0") for value in written) and not any("." in value for value in written):
        raise UnreadableError(
            "unit_or_encoding",
            f"no amount in {what} has a decimal point (first: {written[0]}): the file seems to be in 分, "
            "while this format is in 元 with two decimals; deliver it as it was downloaded",
            column=what,
            value=written[0],
        )

"""Proving rows against what their file states: counts, sums, running balances and units."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, NoReturn

from tieout.core.chains import BrokenError, Chain
from tieout.core.columns import lay_open
from tieout.core.reading import UnreadableError

if TYPE_CHECKING:
    import pyarrow as pa

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

    def fail(self, reason: str, message: str, line: int | None = None) -> NoReturn:
        """Refuse the file, with its account and window in the message and in the finding."""
        raise UnreadableError(reason, message + self._where, line=line, window=self.window, account=self.account)

    def check_chain(self, chain: Chain) -> tuple[Decimal, Decimal] | None:
        """Prove a running balance and give the opening and closing balance (None without lines)."""
        try:
            return chain.find_ends()
        except BrokenError as broken:
            self.fail(
                "totals_break",
                f"running balance breaks at line {broken.line}: balance {broken.balance} after a movement of "
                f"{broken.movement} follows from {broken.before}, which no neighbour ends at. "
                "A line is missing or changed: fetch the file again",
                broken.line,
            )


class UnitCheck:
    """Whether amounts are written as such bills write them, 12.34, in yuan: seen over all chunks of a file."""

    def __init__(self, what: str) -> None:
        """Name the columns for the error."""
        self._what, self._first = what, ""
        self._count, self._has_point, self._has_amount = 0, False, False

    def add(self, cells: "pa.Array") -> None:
        """Look at a chunk's cells."""
        if self._has_point:
            return
        written = cells.drop_null()
        starts, data = lay_open(written)
        used = data[starts[0] : starts[-1]]
        self._has_point = bool((used == ord(".")).any())
        self._has_amount = self._has_amount or bool((used != ord("0")).any())
        filled = (starts[1:] > starts[:-1]).nonzero()[0]
        self._count += len(filled)
        if len(filled) and not self._first:
            self._first = written[int(filled[0])].as_py()

    def refuse(self) -> None:
        """Refuse amounts of more than three rows that all lack a decimal point."""
        if self._count > 3 and self._has_amount and not self._has_point:
            raise UnreadableError(
                "unit_or_encoding",
                f"no amount in {self._what} has a decimal point (first: {self._first}): the file seems to be in 分, "
                "while this format is in 元 with two decimals; deliver it as it was downloaded",
                column=self._what,
                value=self._first,
            )

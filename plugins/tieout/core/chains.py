"""Proving a running balance over millions of lines, in whatever order the file has them."""

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from tieout.core.amounts import to_decimal

if TYPE_CHECKING:
    import numpy as np

Units = int | Decimal
_MANY = 100_000


@dataclass(frozen=True)
class Step:
    """One line of an account: what moved (+ in, − out) and the balance after it, both in millionths."""

    line: int
    movement: Units
    balance: Units


class Chain:
    """The lines of one account: each leads from one balance to the next.

    Whatever the order of the file (newest first, ties within a second), every balance that a line starts from is the
    one another line ended at, but for one opening and one closing balance. A changed amount, a changed balance or a
    line taken out of the middle breaks that. Balances that are both are forgotten as the lines come, so that a file in
    order needs no memory.
    """

    def __init__(self) -> None:
        """Begin without lines."""
        self._first: Step | None = None
        self._last: Step | None = None
        self._forward: Step | None = None
        self._backward: Step | None = None
        self._count = self._forward_place = self._backward_place = 0
        self._open: list[tuple[np.ndarray, np.ndarray]] = []

    def add(self, lines: "np.ndarray", movements: "np.ndarray", balances: "np.ndarray") -> None:
        """Add lines in the order of the file: their numbers, what moved and the balances after it (in millionths)."""
        import numpy as np

        if len(lines) == 0:
            return
        self._remember_breaks(lines, movements, balances)
        values = np.concatenate([balances - movements, balances])
        signs = np.repeat(np.array([1, -1], np.int64), len(lines))
        self._open.append(_settle(values, signs))
        if sum(len(values) for values, _ in self._open[1:]) > max(_MANY, len(self._open[0][0])):
            self._merge()

    def find_ends(self) -> tuple[Decimal, Decimal] | None:
        """Give the opening and the closing balance; None without lines. Raises BrokenError with the line it breaks at.

        Where all lines together move nothing, the order of the file says where it begins.
        """
        if self._first is None or self._last is None:
            return None
        values, counts = self._merge()
        if len(values) == 0:
            begin = self._first.balance - self._first.movement
            opening = to_decimal(begin if self._last.balance == begin else self._first.balance)
            return opening, opening
        starts, ends = counts > 0, counts < 0
        if counts[starts].sum() == 1:
            return to_decimal(values[starts].tolist()[0]), to_decimal(values[ends].tolist()[0])
        raise BrokenError(self._first_break())

    def _merge(self) -> tuple["np.ndarray", "np.ndarray"]:
        import numpy as np

        columns = zip(*self._open, strict=True)
        self._open = [_settle(*(np.concatenate(column) for column in columns))]
        return self._open[0]

    def _remember_breaks(self, lines: "np.ndarray", movements: "np.ndarray", balances: "np.ndarray") -> None:
        """Note the first line where the order of the file breaks, read forwards and read backwards."""
        import numpy as np

        before = np.concatenate([[self._last.balance if self._last else balances[0] - movements[0]], balances[:-1]])
        moved = np.concatenate([[self._last.movement if self._last else 0], movements[:-1]])
        breaks = np.flatnonzero(before + movements != balances)
        if self._forward is None and len(breaks):
            at = int(breaks[0])
            self._forward, self._forward_place = _step(lines, movements, balances, at), self._count + at
        # Backwards the line above follows on this one: it is where the order breaks.
        turned = np.flatnonzero(balances + moved != before)
        turned = turned[turned + self._count > 0]
        if len(turned):
            at = int(turned[-1])
            self._backward_place = self._count + at
            self._backward = self._last if at == 0 else _step(lines, movements, balances, at - 1)
        self._count += len(lines)
        self._first = self._first or _step(lines, movements, balances, 0)
        self._last = _step(lines, movements, balances, len(lines) - 1)

    def _first_break(self) -> Step:
        """Find the line where the file's own order, forwards or backwards, holds longest and then breaks."""
        forward = self._forward_place if self._forward else self._count - 1
        backward = self._count - self._backward_place if self._backward else self._count - 1
        found = (self._forward or self._last) if forward >= backward else (self._backward or self._first)
        if found is None:
            raise ValueError("a chain without lines cannot break")
        return found


class BrokenError(ValueError):
    """A balance that no neighbour explains."""

    def __init__(self, step: Step) -> None:
        """Keep the line."""
        super().__init__(f"line {step.line}")
        self.line = step.line
        self.movement, self.balance = to_decimal(step.movement), to_decimal(step.balance)
        self.before = to_decimal(step.balance - step.movement)


def _step(lines: "np.ndarray", movements: "np.ndarray", balances: "np.ndarray", at: int) -> Step:
    line, movement, balance = (array[at : at + 1].tolist()[0] for array in (lines, movements, balances))
    return Step(line, movement, balance)


def _settle(values: "np.ndarray", signs: "np.ndarray") -> tuple["np.ndarray", "np.ndarray"]:
    """Add the signs of equal values up and leave out those that come to nothing."""
    import numpy as np

    distinct, places = np.unique(values, return_inverse=True)
    counts = np.zeros(len(distinct), np.int64)
    np.add.at(counts, places, signs)
    return distinct[counts != 0], counts[counts != 0]

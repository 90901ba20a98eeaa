"""Columns of amounts as exact whole numbers, so that millions of them can be added up."""

from decimal import Decimal, localcontext
from typing import TYPE_CHECKING

from tieout.core.columns import lay_open
from tieout.core.money import to_amount
from tieout.core.reading import UnreadableError

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

_DECIMALS = 6
_LARGE = 1 << 60
_WRITTEN = b"0123456789.+-"


def to_units(lines: "np.ndarray", cells: "pa.Array", column: str) -> "np.ndarray":
    """Give a column of amounts in millionths; null is zero. Raises UnreadableError for what is not an amount.

    The array's type is int64 where all fits into it (a million millions with six decimals), else Python's own numbers.
    """
    units = _to_integers(cells)
    if units is not None:
        return units
    import numpy as np

    given = zip(lines.tolist(), cells.to_pylist(), strict=True)
    found = np.empty(len(cells), object)
    with localcontext(prec=1000):
        for place, (line, value) in enumerate(given):
            amount = amount_at(line, column, value).scaleb(_DECIMALS)
            found[place] = int(amount) if amount == int(amount) else amount
    return found


def add_up(units: "np.ndarray") -> "int | Decimal":
    """Add amounts up without losing a digit."""
    if units.dtype != object:
        # A row has nine billion billions at most, and a chunk fewer rows than 32 bits count.
        high, low = units >> 32, units & 0xFFFFFFFF
        return (int(high.sum()) << 32) + int(low.sum())
    with localcontext(prec=1000):
        added: int | Decimal = sum(units.tolist())
        return added


def to_decimal(units: "int | Decimal") -> Decimal:
    """Write millionths as an amount, with two decimals or as many more as it needs."""
    with localcontext(prec=1000):
        amount = Decimal(units).scaleb(-_DECIMALS)
        return amount.quantize(Decimal("0.01")) if amount == amount.quantize(Decimal("0.01")) else amount.normalize()


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


def are_plain(cells: "pa.Array") -> bool:
    """Whether all values hold digits, points and signs only and end with a digit; it says nothing of their order."""
    starts, data = lay_open(cells)
    written = data[starts[0] : starts[-1]]
    if written.tobytes().translate(None, _WRITTEN):
        return False
    filled = starts[1:] > starts[:-1]
    last = data[starts[1:][filled] - 1]
    return bool((last >= ord("0")).all())


class Total:
    """A sum over a file's chunks. An amount that cannot be read is an error only for whoever wants to know the sum."""

    def __init__(self, column: str) -> None:
        """Begin with nothing; the column is for the error."""
        self._column = column
        self._units: int | Decimal = 0
        self._error: UnreadableError | None = None

    def add(self, lines: "np.ndarray", cells: "pa.Array") -> None:
        """Add a chunk's cells."""
        if self._error is None:
            try:
                with localcontext(prec=1000):
                    self._units += add_up(to_units(lines, cells, self._column))
            except UnreadableError as error:
                self._error = error

    @property
    def amount(self) -> Decimal:
        """The sum. Raises UnreadableError for the first cell that is not an amount."""
        if self._error:
            raise self._error
        return to_decimal(self._units)


def _to_integers(cells: "pa.Array") -> "np.ndarray | None":
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    if cells.null_count == len(cells):
        return np.zeros(len(cells), np.int64)
    if not are_plain(cells):
        return None
    try:
        exact = pc.fill_null(pc.cast(cells, pa.decimal128(38, _DECIMALS)), 0)
    except pa.ArrowInvalid:
        return None
    halves = np.frombuffer(exact.buffers()[1], np.int64)[exact.offset * 2 : (exact.offset + len(exact)) * 2]
    low, high = halves[::2], halves[1::2]
    # Room is left for a sum of two.
    return low if bool(((high == low >> 63) & (abs(low) < _LARGE)).all()) else None

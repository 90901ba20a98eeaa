"""Cleaning columns of text: the many values that stand as they should cost nothing, the others one call each."""

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

Clean = Callable[[str], str | None]
"""What a written cell says; nothing is None. It strips at least."""

# So few values are cleaned one by one before a look at all of them has begun.
_FEW = 100
# White space as str.strip knows it, in UTF-8: the first bytes, and the last ones of what is longer than a byte.
_BLANK = b"\t\n\v\f\r\x1c\x1d\x1e\x1f "
_BLANK_FIRST = b"\xc2\xe1\xe2\xe3"
_BLANK_LAST = bytes([0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8A, 0x9F, 0xA0, 0xA8, 0xA9, 0xAF])


def clean_column(cells: "pa.Array", clean: Clean, first: bytes = b"", last: bytes = b"") -> "pa.Array":
    """Give clean(value) for every value; an empty one is null.

    `first` and `last` are bytes at the beginning or end of a value (in UTF-8) that `clean` may take away. A value that
    neither begins nor ends with one of them or with white space is its own.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    if len(cells) < _FEW:
        return pa.array([clean(value or "") for value in cells.to_pylist()], pa.string())
    marked = _mark(cells, first, last)
    if marked.sum() * 8 > len(cells):
        cells = pc.ascii_trim_whitespace(cells)
        marked = _mark(cells, first, last)
    if marked.any():
        values = [clean(value) for value in cells.filter(pa.array(marked)).to_pylist()]
        cells = pc.replace_with_mask(cells, pa.array(marked), pa.array(values, pa.string()))
    starts, data = lay_open(cells)
    is_empty = starts[1:] == starts[:-1]
    if not is_empty.any():
        return cells
    bits = pa.py_buffer(np.packbits(~is_empty, bitorder="little"))
    return pa.Array.from_buffers(pa.string(), len(cells), [bits, pa.py_buffer(starts), pa.py_buffer(data)])


def lay_open(cells: "pa.Array") -> tuple["np.ndarray", "np.ndarray"]:
    """Give where each value begins in the bytes behind them all (one more: the end of the last), and the bytes."""
    import numpy as np

    _, places, data = cells.buffers()
    if data is None:
        return np.zeros(len(cells) + 1, np.int32), np.zeros(0, np.uint8)
    starts = np.frombuffer(places, np.int32)[cells.offset : cells.offset + len(cells) + 1]
    return starts, np.frombuffer(data, np.uint8)


def holds(cells: "pa.Array", *marks: bytes) -> bool:
    """Whether one of these texts may stand in a column: one look at all its bytes."""
    starts, data = lay_open(cells)
    written = data[starts[0] : starts[-1]].tobytes()
    return any(mark in written for mark in marks)


def _mark(cells: "pa.Array", first: bytes, last: bytes) -> "np.ndarray":
    """Find the values that begin or end with white space or one of the bytes given."""
    import numpy as np

    starts, data = lay_open(cells)
    if len(data) == 0:
        return np.zeros(len(cells), bool)
    filled = starts[1:] > starts[:-1]
    begin, end = starts[:-1], starts[1:] - 1
    # An empty value's place may lie behind the last byte; what is found there is not looked at.
    begins = _table(_BLANK + _BLANK_FIRST + first)[data[np.minimum(begin, len(data) - 1)]]
    endings = data[np.maximum(end, 0)]
    marked: np.ndarray = filled & (begins | _table(_BLANK + last)[endings])
    # Many characters end with such a byte; white space of several bytes also begins with one of few.
    places = np.flatnonzero(filled & _table(_BLANK_LAST)[endings])
    leads = data[np.maximum(end[places] - 1, 0)], data[np.maximum(end[places] - 2, 0)]
    marked[places] |= _table(_BLANK_FIRST)[leads[0]] | _table(_BLANK_FIRST)[leads[1]]
    return marked


@cache
def _table(marks: bytes) -> "np.ndarray":
    import numpy as np

    table = np.zeros(256, bool)
    table[list(marks)] = True
    return table

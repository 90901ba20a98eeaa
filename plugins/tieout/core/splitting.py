"""From blocks of lines to columns of cells, by Arrow's csv parser; what it would read otherwise is given back.

Both ways of splitting, this one and the readers' own row by row, give the same cells; see the tests.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

MAX_CELL = 131_072
"""The csv module's own limit for a cell; longer ones are a quote that was never closed."""

Cells = tuple["pa.Array", ...]
"""Cells as they are written, column by column in the file's own order."""


def split_plain(block: bytes, width: int) -> tuple[Cells, "np.ndarray", list[tuple[int, str]]] | None:
    """Split lines that know no quoting at their commas.

    Gives the cells of the lines with `width` cells, those lines' places in the block (from 0), and place and text of
    all others. A blank line has empty cells. None where lines end in more than one way: then Arrow sees other lines.
    """
    import numpy as np

    if width < 2:
        return None
    odd: list[tuple[int, str]] = []
    cells = _parse(block, width, quoted=False, odd=odd)
    count = _count_lines(block)
    # Arrow counts lines from 1, keeps blank ones, and ends one also at a lone carriage return.
    if any(len(column) + len(odd) != count for column in cells):
        return None
    places = np.delete(np.arange(count), [place - 1 for place, _ in odd]) if odd else np.arange(count)
    return cells, places, [(place - 1, text.removesuffix("\r")) for place, text in odd]


def split_quoted(block: bytes, width: int) -> tuple[Cells, "np.ndarray", int] | None:
    """Split the whole rows of a block of quoted csv; blank lines are no rows.

    Gives the cells, the line (from 0) at which each row starts, and how many bytes these rows are; what follows is the
    beginning of a row that ends in the next block. None where a quote stands inside an unquoted cell or text behind a
    quoted one, where a row has another number of cells, and where lines end in more than one way.
    """
    import numpy as np

    if width < 2 or _has_lone_return(block):
        return None
    inside = None
    if b'"' in block:
        data = np.frombuffer(block, np.uint8)
        inside = np.flatnonzero(data == ord('"'))
        if not _are_regular(data, inside):
            return None
    odd: list[tuple[int, str]] = []
    end, lines = _find_rows(block, inside) if inside is not None else (len(block), np.arange(_count_lines(block)))
    cells = _parse(block[:end], width, quoted=True, odd=odd) if end else ()
    if cells and inside is None and len(cells[0]) < len(lines):
        # Arrow leaves blank lines out.
        lines = _find_rows(block, None)[1]
    if odd or not end or any(len(column) != len(lines) for column in cells) or _is_too_long(cells):
        return None
    return cells, lines, end


def turn(rows: Sequence[tuple[int, Sequence[str]]]) -> tuple["np.ndarray", Cells]:
    """Lay numbered rows of equal width out in columns, as they are split here."""
    import numpy as np
    import pyarrow as pa

    lines = np.fromiter((line for line, _ in rows), np.int64, len(rows))
    return lines, tuple(pa.array(column, pa.string()) for column in zip(*(cells for _, cells in rows), strict=True))


def merge(lines: "np.ndarray", cells: Cells, more_lines: "np.ndarray", more: Cells) -> tuple["np.ndarray", Cells]:
    """Put rows among others, in the order of their lines."""
    import numpy as np
    import pyarrow as pa

    if not len(more_lines) or not len(lines):
        return (lines, cells) if len(lines) else (more_lines, more)
    all_lines = np.concatenate([lines, more_lines])
    order = np.argsort(all_lines, kind="stable")
    joined = (pa.concat_arrays(pair) for pair in zip(cells, more, strict=True))
    return all_lines[order], tuple(column.take(pa.array(order)) for column in joined)


def _count_lines(block: bytes) -> int:
    return block.count(b"\n") + (not block.endswith(b"\n"))


def _has_lone_return(block: bytes) -> bool:
    return b"\r" in block and block.count(b"\r") != block.count(b"\r\n")


def _are_regular(data: "np.ndarray", quotes: "np.ndarray") -> bool:
    """Whether every quote opens a cell, closes one or is doubled inside one; the last may wait for its partner."""
    import numpy as np

    # By their order quotes open and close in turn; a doubled one closes and opens again.
    opening, closing = quotes[::2], quotes[1::2]
    before = data[np.maximum(opening - 1, 0)]
    opens = (opening == 0) | (before == ord(",")) | (before == ord("\n")) | (before == ord('"'))
    after = data[np.minimum(closing + 1, len(data) - 1)]
    closes = (closing == len(data) - 1) | np.isin(after, np.frombuffer(b',\n\r"', np.uint8))
    return bool(opens.all() and closes.all())


def _find_rows(block: bytes, quotes: "np.ndarray | None") -> tuple[int, "np.ndarray"]:
    """Give where the last whole row ends, and the line at which each row starts that is not blank."""
    import numpy as np

    ends = np.flatnonzero(np.frombuffer(block, np.uint8) == ord("\n"))
    if not block.endswith(b"\n"):
        ends = np.append(ends, len(block) - 1)
    is_row_end = np.ones(len(ends), bool)
    if quotes is not None:
        is_row_end = np.searchsorted(quotes, ends, side="right") % 2 == 0
    if not is_row_end.any():
        return 0, ends
    row_ends, lines = ends[is_row_end], np.flatnonzero(is_row_end)
    starts = np.concatenate([[0], row_ends[:-1] + 1])
    first_lines = np.concatenate([[0], lines[:-1] + 1])
    data = np.frombuffer(block, np.uint8)
    is_blank = (data[starts] == ord("\n")) | ((data[starts] == ord("\r")) & (row_ends - starts == 1))
    return int(row_ends[-1]) + 1, first_lines[~is_blank]


def _parse(block: bytes, width: int, *, quoted: bool, odd: list[tuple[int, str]]) -> Cells:
    import pyarrow as pa
    import pyarrow.csv

    def skip(row: "pyarrow.csv.InvalidRow") -> str:
        odd.append((row.number, row.text))
        return "skip"

    names = [str(place) for place in range(width)]
    table = pyarrow.csv.read_csv(
        pa.BufferReader(block),
        pyarrow.csv.ReadOptions(column_names=names, use_threads=False, block_size=len(block) + 1),
        pyarrow.csv.ParseOptions(
            quote_char='"' if quoted else False,
            newlines_in_values=quoted and b'"' in block,
            ignore_empty_lines=quoted,
            invalid_row_handler=skip,
        ),
        pyarrow.csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), null_values=[], strings_can_be_null=False, check_utf8=False
        ),
    )
    return tuple(_join(column.chunks) for column in table.columns)


def _join(chunks: Sequence["pa.Array"]) -> "pa.Array":
    import pyarrow as pa

    if len(chunks) == 1:
        return chunks[0]
    return pa.concat_arrays(chunks) if chunks else pa.array([], pa.string())


def _is_too_long(cells: Cells) -> bool:
    import pyarrow.compute as pc

    return any((pc.max(pc.binary_length(column)).as_py() or 0) > MAX_CELL for column in cells)

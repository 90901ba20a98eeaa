"""Rows with more commas than columns: bills know no quoting, so a comma in free text looks like a further column."""

import csv
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING

from tieout.core.columns import clean_column
from tieout.core.money import to_amount
from tieout.core.reading import UnreadableError
from tieout.core.splitting import Cells, merge, split_plain, turn
from tieout.core.tables import Header, Names
from tieout.core.text import is_time, unwrap

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

_FREE_TEXT = ("product_name", "store_name", "coupon_name", "remark")
_SHAPES = {
    "_at": r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$",
    "_amount": r"^[+-]?(?:(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?|\.\d+)$",
}


def split_rows(rows: Sequence[tuple[int, str]], header: Header, names: Names) -> tuple["np.ndarray", Cells]:
    """Split rows that have another number of cells than the header, giving commas back to where they fit.

    Raises UnreadableError for a row in which they fit nowhere or in several places.
    """
    groups: dict[int, list[tuple[int, str]]] = defaultdict(list)
    single: list[tuple[int, list[str]]] = []
    for line, text in rows:
        extra = text.count(",") + 1 - header.width
        if extra > 0 and '"' not in text and "\r" not in text:
            groups[extra].append((line, text))
        else:
            single.append((line, split_row(line, text, header, names)))
    lines, cells = turn([])
    for extra, group in groups.items():
        found = _split_group(group, extra, header, names)
        lines, cells = merge(lines, cells, *found)
    return merge(lines, cells, *turn(single))


def _split_group(
    group: Sequence[tuple[int, str]], extra: int, header: Header, names: Names
) -> tuple["np.ndarray", Cells]:
    """Split rows that all have `extra` cells too many; what is not clear at once is looked at row by row."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    numbers = np.fromiter((line for line, _ in group), np.int64, len(group))
    split = split_plain("\n".join(text for _, text in group).encode(), header.width + extra)
    if split is None or len(split[1]) != len(group):
        return turn([(line, split_row(line, text, header, names)) for line, text in group])
    written = split[0]
    typed = [(place, name) for name, place in zip(names, header.places, strict=False) if place is not None]

    @cache
    def fits(place: int, shape: str) -> "np.ndarray":
        return _have_shape(written[place], shape)

    places = _find_places(header, names)
    marks = [_fit_all(fits, typed, at, extra, len(group)) for at in places]
    clear = np.sum(marks, axis=0) == 1
    # A row that is right as it stands has blank cells behind its last column.
    unshifted = _fit_all(fits, typed, header.width, extra, len(group))
    clear &= ~np.logical_and.reduce([unshifted, *(_are_blank(column) for column in written[header.width :])])
    lines, cells = turn([])
    for at, mark in zip(places, marks, strict=True):
        chosen = pa.array(mark & clear)
        if pc.any(chosen).as_py():
            parts = [column.filter(chosen) for column in written]
            text = pc.binary_join_element_wise(*parts[at : at + extra + 1], ",")
            lines, cells = merge(lines, cells, numbers[mark & clear], (*parts[:at], text, *parts[at + extra + 1 :]))
    rest = [group[place] for place in np.flatnonzero(~clear).tolist()]
    return merge(lines, cells, *turn([(line, split_row(line, text, header, names)) for line, text in rest]))


def _fit_all(
    fits: Callable[[int, str], "np.ndarray"], typed: Sequence[tuple[int, str]], at: int, extra: int, count: int
) -> "np.ndarray":
    """Mark the rows whose times and amounts stand in their columns if the text at this place has the commas."""
    import numpy as np

    marked = np.ones(count, bool)
    for place, name in typed:
        for shape in _SHAPES:
            if name.endswith(shape) and marked.any():
                marked = marked & fits(place + extra if place > at else place, shape)
    return marked


def _have_shape(cells: "pa.Array", shape: str) -> "np.ndarray":
    import numpy as np
    import pyarrow.compute as pc

    values = clean_column(cells, unwrap, first=b"=`'")
    return np.array(pc.match_substring_regex(values, _SHAPES[shape]).fill_null(shape == "_amount"))


def _are_blank(cells: "pa.Array") -> "np.ndarray":
    import numpy as np

    return np.array(clean_column(cells, lambda cell: cell.strip() or None).is_null())


def _find_places(header: Header, names: Names) -> list[int]:
    places = (header.places[list(names).index(name)] for name in _FREE_TEXT if name in names)
    return [place for place in places if place is not None]


def split_row(line: int, raw: str, header: Header, names: Names) -> list[str]:
    """Split one row; see `split_rows`."""
    cells = raw.split(",")
    extra = len(cells) - header.width
    if extra == 0:
        return cells
    # A spreadsheet that saved the bill again quotes cells with commas.
    quoted = next(csv.reader([raw.replace("\r", " ")]))
    if extra > 0 and len(quoted) == header.width:
        return quoted
    if extra > 0 and not "".join(cells[header.width :]).strip() and _fits(cells[: header.width], header, names):
        return cells[: header.width]
    joined = [
        [*cells[:at], ",".join(cells[at : at + extra + 1]), *cells[at + extra + 1 :]]
        for at in _find_places(header, names)
        if extra > 0
    ]
    fitting = [row for row in joined if _fits(row, header, names)]
    if len(fitting) != 1:
        raise UnreadableError(
            "unreadable", f"line {line} has {len(cells)} cells, the header has {header.width}; the file is cut off or "
            "was edited: fetch it again", line=line, value=raw[:200],
        )  # fmt: skip
    return fitting[0]


def _fits(cells: list[str], header: Header, names: Names) -> bool:
    for name, value in zip(names, header.pick(cells), strict=False):
        if name.endswith("_at") and not is_time(value):
            return False
        if name.endswith("_amount") and value is not None:
            try:
                to_amount(value)
            except ValueError:
                return False
    return True

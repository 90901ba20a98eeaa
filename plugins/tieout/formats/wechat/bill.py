"""What both WeChat bills are made of: a header, values behind a backtick, and at the end a summary of one line."""

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from tieout.core.blocks import open_lines
from tieout.core.columns import clean_column, holds, lay_open
from tieout.core.content import Content
from tieout.core.reading import Chunk, Keep, Reading, Rejection, UnreadableError
from tieout.core.splitting import Cells, merge, split_plain, turn
from tieout.core.tables import (
    Header,
    Names,
    RowCheck,
    drop_rows,
    is_blank,
    map_header,
    normalise,
    refuse_if_nothing_is_left,
)  # fmt: skip

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

_OLD_TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d：\d\d：\d\d")
_SEPARATORS = " \t,`"


class Bill:
    """Reads a bill's rows in the stream's own columns. The format knows no quoting: a comma in free text is escaped.

    All rows are handed to `tally` for the totals, also those whose identifier is damaged; `keep` gets the others.
    """

    def __init__(
        self,
        names: Names,
        needed: Sequence[str],
        *,
        identifying: Sequence[str],
        count: str,
        tally: Callable[[Chunk], None],
        keep: Keep,
    ) -> None:
        """Take what the bill's columns and the first figure of its summary are called; the first column dates rows."""
        self.count = 0
        self.header: Header | None = None
        self.stated: dict[str, str] = {}
        self._names, self._needed, self._tally, self._keep = names, needed, tally, keep
        self._check, self._count_name = RowCheck(names, identifying), count
        self._columns: tuple[str, ...] = ()
        self._summary: list[str] = []
        self._rejected: list[Rejection] = []
        self._days: list[str] = []

    def read(self, content: Content) -> None:
        """Read it to its end; refuse it without a header, without its summary and without a readable row."""
        line = 1
        for block in open_lines(content):
            if self.header is None or self._summary or self._count_name.encode() in block:
                self._read_lines(line, block)
            else:
                self._read_block(self.header, line, block)
            line += block.count(b"\n")
        if self.header is None:
            raise UnreadableError("empty", "the file has no header and no rows; fetch it again")
        if len(self._summary) != 2:
            raise UnreadableError(
                "unreadable", f"the bill does not end with its summary ({self._count_name} and one line of figures): "
                "it is cut off or was edited; fetch it again",
            )  # fmt: skip
        refuse_if_nothing_is_left(self.count - len(self._rejected), self._rejected)
        names, figures = (line.split(",") for line in self._summary)
        self.stated = dict(zip(map(normalise, names), (clean(cell) or "0" for cell in figures), strict=False))

    def give(self, account: str | None) -> Reading:
        """Give what was proved."""
        header = self.header or Header(0, (), 0, (), ())
        days = [date.fromisoformat(day[:10]) for day in (min(self._days), max(self._days))] if self._days else None
        return Reading(
            self._columns, header.verbatim, self._rejected, self.stated, (days[0], days[1]) if days else None, account,
            None, header.unknown,
        )  # fmt: skip

    def _read_lines(self, line: int, block: bytes) -> None:
        """Read line by line: the header, the summary, and rows beside them."""
        rows: list[tuple[int, list[str]]] = []
        for number, ended in enumerate(block.decode().split("\n"), line):
            text = ended.removesuffix("\r")
            if not text.strip(_SEPARATORS):
                continue
            if self.header is None:
                self.header = map_header(number, text.split(","), self._names, self._needed)
                self._columns = (*self._names, *self.header.unknown)
            elif self._summary or self._is_summary(text):
                # More than its two lines are as wrong as none.
                self._summary = [*self._summary[:2], text]
            else:
                rows.append((number, self._split(self.header, number, text)))
        if self.header and rows:
            self._take(self.header, *turn(rows))

    def _is_summary(self, text: str) -> bool:
        return normalise(text.split(",", maxsplit=1)[0]) == self._count_name

    def _read_block(self, header: Header, line: int, block: bytes) -> None:
        split = split_plain(block, header.width)
        if split is None or any(self._is_summary(text) for _, text in split[2]):
            self._read_lines(line, block)
            return
        cells, places, odd = split
        rows = [
            (line + place, self._split(header, line + place, text)) for place, text in odd if text.strip(_SEPARATORS)
        ]
        self._take(header, *merge(line + places, cells, *turn(rows)))

    @staticmethod
    def _split(header: Header, line: int, text: str) -> list[str]:
        cells = text.split(",")
        if len(cells) != header.width:
            raise UnreadableError(
                "unreadable", f"line {line} has {len(cells)} cells, the header has {header.width}; the file is cut "
                "off or was edited: fetch it again", line=line, value=text[:200],
            )  # fmt: skip
        return cells

    def _take(self, header: Header, lines: "np.ndarray", written: Cells) -> None:
        import pyarrow.compute as pc

        if len(lines) == 0:
            return
        whole = Chunk(self._columns, lines, header.pick_columns(written, _clean_column))
        whole = drop_rows(whole, is_blank(whole.cells))
        self.count += len(whole)
        self._tally(whole)
        kept = self._check.keep_readable(whole, self._rejected)
        if len(kept):
            ends = pc.min_max(kept.cells[0]).as_py()
            self._days = [min([*self._days, ends["min"]]), max([*self._days, ends["max"]])]
        self._keep(kept)


def clean(cell: str) -> str | None:
    """Take off the one backtick that stands before every value; what follows is the value, whatever it holds.

    Times with full-width colons, as in the first years' bills, come with ordinary ones.
    """
    value = cell.strip().removeprefix("`").strip()
    if "：" in value and _OLD_TIME.fullmatch(value):
        value = value.replace("：", ":")
    return value or None


def _clean_column(cells: "pa.Array") -> "pa.Array":
    import pyarrow as pa
    import pyarrow.compute as pc

    if holds(cells, "：".encode()):
        return pa.array([clean(cell) for cell in cells.to_pylist()], pa.string())
    starts, data = lay_open(cells)
    filled = starts[:-1][starts[1:] > starts[:-1]]
    if bool((data[filled] == ord("`")).all()):
        return clean_column(pc.utf8_slice_codeunits(cells, 1), lambda cell: cell.strip() or None)
    return clean_column(cells, clean, first=b"`")

"""The rows of an Alipay bill, chunk by chunk, with its account on each."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from tieout.core.blocks import open_lines
from tieout.core.columns import clean_column
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
    refuse_if_nothing_is_left,
)  # fmt: skip
from tieout.core.text import unwrap
from tieout.core.totals import UnitCheck
from tieout.formats.alipay.bill import Bill
from tieout.formats.alipay.commas import split_row, split_rows

if TYPE_CHECKING:
    import numpy as np

# A line that begins like this may be a note.
_MARKS = (b"#", b'"', b"\xef\xbb\xbf")


class BillTable:
    """Reads a bill: notes aside, its rows in the stream's own columns.

    All rows are handed to `tally` for the totals, also those whose identifier is damaged; `keep` gets the others.
    """

    def __init__(
        self,
        names: Names,
        needed: Sequence[str],
        identifying: Sequence[str],
        tally: Callable[[Chunk], None],
        keep: Keep,
    ) -> None:
        """Take what the bill's columns are called, and which ones it cannot do without."""
        self.bill, self.count = Bill(), 0
        self._names, self._needed, self._tally, self._keep = names, needed, tally, keep
        self._header: Header | None = None
        self._columns: tuple[str, ...] = ()
        self._rejected: list[Rejection] = []
        self._check = RowCheck(names, identifying)
        self._units = {
            place: UnitCheck(written[0])
            for place, (name, written) in enumerate(names.items())
            if name.endswith("_amount")
        }

    def read(self, content: Content) -> None:
        """Read it to its end; refuse it without a header, without a readable row, and in 分 for 元."""
        line = 1
        for block in open_lines(content):
            self._read_block(line, block)
            line += block.count(b"\n")
        if self._header is None:
            raise UnreadableError("unreadable", "the bill has no header line: it is cut off; fetch it again")
        refuse_if_nothing_is_left(self.count - len(self._rejected), self._rejected)
        for unit in self._units.values():
            unit.refuse()

    def give(self, totals: dict[str, str]) -> Reading:
        """Give what was proved."""
        bill, header = self.bill, self._header or Header(0, (), 0, (), ())
        return Reading(
            self._columns, header.verbatim, self._rejected, totals, bill.window, bill.account, bill.exported_at,
            header.unknown,
        )  # fmt: skip

    def _read_block(self, line: int, block: bytes) -> None:
        at, rows = 0, list[tuple[int, list[str]]]()
        while at < len(block):
            header = self._header
            if header is None or block.startswith(_MARKS, at):
                end = block.find(b"\n", at) + 1 or len(block)
                text = block[at:end].decode().removesuffix("\n").removesuffix("\r")
                if self.bill.take(line, text):
                    self._find_header()
                elif header and text.strip(" \t,"):
                    rows.append((line, split_row(line, text, header, self._names)))
            else:
                end = _find_mark(block, at)
                self._take(header, *turn(rows))
                rows = []
                self._read_rows(header, line, block[at:end])
            line += block.count(b"\n", at, end)
            at = end
        if self._header:
            self._take(self._header, *turn(rows))

    def _find_header(self) -> None:
        if self._header is None and self.bill.table:
            line, text = self.bill.table[0]
            self._header = map_header(line, text.split(","), self._names, self._needed)
            self._columns = (*self._names, "account", *self._header.unknown)

    def _read_rows(self, header: Header, line: int, block: bytes) -> None:
        """Read lines none of which is a note."""
        split = split_plain(block, header.width)
        if split:
            cells, places, odd = split
        else:
            odd = [(place, text.removesuffix("\r")) for place, text in enumerate(block.decode().split("\n"))]
        rows = split_rows([(line + place, text) for place, text in odd if text.strip(" \t,")], header, self._names)
        self._take(header, *(merge(line + places, cells, *rows) if split else rows))

    def _take(self, header: Header, lines: "np.ndarray", written: Cells) -> None:
        import pyarrow as pa

        if len(lines) == 0:
            return
        picked = header.pick_columns(written, lambda cells: clean_column(cells, unwrap, first=b"=`'"))
        known = len(self._names)
        account = pa.array([self.bill.account] * len(lines), pa.string())
        whole = Chunk(self._columns, lines, (*picked[:known], account, *picked[known:]))
        whole = drop_rows(whole, is_blank(picked))
        self.count += len(whole)
        self._tally(whole)
        for place, unit in self._units.items():
            unit.add(whole.cells[place])
        self._keep(self._check.keep_readable(whole, self._rejected))


def _find_mark(block: bytes, at: int) -> int:
    """Find the next line that may be a note."""
    if block.find(b"#", at) < 0:
        return len(block)
    places = [block.find(b"\n" + mark, at) + 1 for mark in _MARKS]
    return min((place for place in places if place), default=len(block))

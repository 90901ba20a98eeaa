"""Reading an export, chunk by chunk where it is csv."""

import io
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from tieout.core.amounts import to_units
from tieout.core.archives import is_zip
from tieout.core.blocks import open_lines
from tieout.core.columns import clean_column
from tieout.core.content import Content
from tieout.core.money import to_amount
from tieout.core.quoted import NumberedRow, QuotedRows
from tieout.core.reading import Chunk, Keep, Reading, Rejection, UnreadableError
from tieout.core.splitting import Cells, turn
from tieout.core.tables import (
    Header,
    Names,
    RowCheck,
    drop_rows,
    find_header,
    is_blank,
    refuse_if_nothing_is_left,
    refuse_if_too_many,
)  # fmt: skip
from tieout.core.text import unwrap
from tieout.core.totals import UnitCheck
from tieout.core.workbooks import read_workbook

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

_HEAD = 60
_UNIT = "元"


def _clean(cell: str) -> str | None:
    """Take off the wrapper, and the unit that the export writes behind some amounts (`12.00元`)."""
    value = unwrap(cell)
    return value[:-1] if value and value.endswith(_UNIT) and value[:-1].replace(".", "", 1).isdigit() else value


def _clean_column(cells: "pa.Array") -> "pa.Array":
    return clean_column(cells, _clean, first=b"=`'", last=_UNIT.encode()[-1:])


class _Export:
    """Reads an export; a row with a damaged id, time or amount, or of another width than the header, is rejected."""

    def __init__(self, header: Header, names: Names, identifying: Sequence[str], keep: Keep) -> None:
        self.columns, self.count, self.rejected = (*names, *header.unknown), 0, list[Rejection]()
        self._header, self._check, self._keep = header, RowCheck(names, identifying), keep
        self._amounts = {
            place: (written[0], UnitCheck(written[0]))
            for place, (name, written) in enumerate(names.items())
            if name.endswith("_amount")
        }

    def take_rows(self, rows: Sequence[NumberedRow], *, is_cut_off: bool = False) -> None:
        """Take rows of any width; the last one is cut off where the text ends in the middle of it."""
        rows = [(line, cells) for line, cells in rows if any(cell.strip() for cell in cells)]
        whole: list[NumberedRow] = []
        width = self._header.width
        for place, (line, cells) in enumerate(rows):
            while len(cells) > width and not cells[-1].strip():
                cells.pop()
            what = f"the row has {len(cells)} cells, the header {width}"
            if len(cells) == width:
                whole.append((line, cells))
            elif is_cut_off and place == len(rows) - 1 and len(cells) < width:
                raise UnreadableError(
                    "unreadable", f"line {line} is the last and {what}: the file is cut off; export it again", line=line
                )
            else:
                self.rejected.append(Rejection(line, None, ",".join(cells)[:200], what))
        if whole:
            self.take(*turn(whole))

    def take(self, lines: "np.ndarray", written: Cells) -> None:
        """Take rows of the header's width."""
        import numpy as np

        chunk = Chunk(self.columns, lines, self._header.pick_columns(written, _clean_column))
        chunk = drop_rows(chunk, is_blank(chunk.cells))
        problems = {problem.line: problem for problem in self._find_bad_amounts(chunk)}
        problems |= {problem.line: problem for problem in self._check.find_problems(chunk.lines, chunk.cells)}
        self.rejected.extend(problems[line] for line in sorted(problems))
        refuse_if_too_many(self.rejected)
        kept = drop_rows(chunk, np.isin(chunk.lines, list(problems)))
        self.count += len(kept)
        for place, (_, unit) in self._amounts.items():
            unit.add(kept.cells[place])
        self._keep(kept)

    def refuse(self, *, is_text: bool) -> None:
        """Refuse an export without a readable row, and one whose text is in 分."""
        refuse_if_nothing_is_left(self.count, self.rejected)
        for _, unit in self._amounts.values() if is_text else ():
            unit.refuse()

    def _find_bad_amounts(self, chunk: Chunk) -> Iterator[Rejection]:
        """Find what is no amount; of a row's several the first column's counts, so it comes last."""
        for place, (name, _) in reversed(self._amounts.items()):
            try:
                to_units(chunk.lines, chunk.cells[place], name)
            except UnreadableError:
                for line, value in zip(chunk.lines.tolist(), chunk.cells[place].to_pylist(), strict=True):
                    if not _is_amount(value):
                        yield Rejection(line, name, value, "not an amount")


def _is_amount(value: str | None) -> bool:
    try:
        return value is None or bool(to_amount(value).is_finite())
    except ValueError:
        return False


def read_export(
    content: Content, keep: Keep, names: Names, needed: Sequence[str], identifying: Sequence[str]
) -> Reading:
    """Read an export whose header is found by name; a row with a damaged id, time or amount is rejected."""
    if is_zip(content):
        table = read_workbook(content)
        index, header = find_header(table, names, needed)
        export = _Export(header, names, identifying, keep)
        export.take_rows(table[index + 1 :])
        export.refuse(is_text=False)
    else:
        rows = QuotedRows(map(_unwrap_cells, open_lines(content)))
        table = [row for row in rows.read(_HEAD) if any(cell.strip() for cell in row[1])]
        index, header = find_header(table, names, needed)
        export = _Export(header, names, identifying, keep)
        last = table[index + 1 :]
        for chunk in rows.chunks(header.width):
            export.take_rows(last)
            last = chunk if isinstance(chunk, list) else []
            if not isinstance(chunk, list):
                export.take(*chunk)
        export.take_rows(last, is_cut_off=not _ends_with_a_line(content))
        export.refuse(is_text=True)
    return Reading(export.columns, header.verbatim, export.rejected, unknown=header.unknown)


def _unwrap_cells(block: bytes) -> bytes:
    """Let cells written as `="…"`, which may hold commas and quotes, be quoted cells."""
    return re.sub(rb'(^|,)="', rb'\1"', block, flags=re.MULTILINE) if b'="' in block else block


def _ends_with_a_line(content: Content) -> bool:
    with content.open() as file:
        file.seek(-1, io.SEEK_END)
        return file.read() == b"\n"

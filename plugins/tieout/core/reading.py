"""What a reader gives: text rows with line numbers and the control totals they were proved against."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

Row = tuple[int, tuple[str | None, ...]]
"""A line number in the file (from 1; in a workbook the row, in an archive the member's line) and its cells."""

MOST_REJECTED = 100_000
"""A file with more rows than this that cannot be read is refused: then the file is wrong, not its rows."""


@dataclass(frozen=True)
class Rejection:
    """A row that could not be read while the rest of its file could: where, what stands there, and why."""

    line: int
    column: str | None
    value: str | None
    reason: str


@dataclass(frozen=True)
class Chunk:
    """Some rows of a file, column by column as text; nothing is typed, no sign or unit is turned: staging does that.

    `columns` are the stream's own names in English snake_case, and after them, under their verbatim names, those that
    the format does not know; all chunks of a file have the same. `lines` are the rows' line numbers, see Row.
    """

    columns: tuple[str, ...]
    lines: "np.ndarray"
    cells: tuple["pa.Array", ...]

    @classmethod
    def of(cls, columns: tuple[str, ...], rows: Sequence[Row]) -> "Chunk":
        """Lay rows out. Raises ValueError where one has not one cell per column."""
        import numpy as np
        import pyarrow as pa

        for line, cells in rows:
            if len(cells) != len(columns):
                raise ValueError(f"{len(columns)} columns, but {len(cells)} cells in line {line}")
        lines = np.fromiter((line for line, _ in rows), np.int64, len(rows))
        turned = zip(*(cells for _, cells in rows), strict=True) if rows else ((),) * len(columns)
        return cls(columns, lines, tuple(pa.array(column, pa.string()) for column in turned))

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.lines)


Keep = Callable[[Chunk], None]
"""Takes a file's rows as they are read. What was taken of a file counts only if its reader comes to the end."""


@dataclass(frozen=True)
class Reading:
    """What a file says of its rows, once they all have been handed on.

    `columns` are those of the chunks, of which `unknown` are columns that the format does not know. `header` is
    verbatim. `totals` are the control totals that the file states and that the rows were checked against (name ->
    text). `window` is what the file says it covers, both days included; a window without rows is a confirmed empty day.
    """

    columns: tuple[str, ...]
    header: tuple[str, ...]
    rejected: Sequence[Rejection] = ()
    totals: Mapping[str, str] = field(default_factory=dict)
    window: tuple[date, date] | None = None
    account: str | None = None
    exported_at: str | None = None
    unknown: tuple[str, ...] = ()


class UnreadableError(ValueError):
    """A file that cannot be trusted as a whole; the message tells a person what is wrong and what to do.

    `reason` is one of: unreadable, totals_break, schema_drift, unit_or_encoding, empty, oversized, wrong_window.
    """

    def __init__(
        self,
        reason: str,
        message: str,
        *,
        line: int | None = None,
        column: str | None = None,
        value: str | None = None,
        window: tuple[date, date] | None = None,
        account: str | None = None,
    ) -> None:
        """Keep what is known of the place and of what the file covers."""
        super().__init__(message)
        self.reason, self.line, self.column, self.value = reason, line, column, value
        self.window, self.account = window, account

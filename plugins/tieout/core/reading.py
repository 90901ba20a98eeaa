"""What a reader gives: text rows with line numbers and the control totals they were proved against."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

Row = tuple[int, tuple[str | None, ...]]
"""A line number in the file (from 1; in a workbook the row, in an archive the member's line) and its cells."""


@dataclass(frozen=True)
class Rejection:
    """A row that could not be read while the rest of its file could: where, what stands there, and why."""

    line: int
    column: str | None
    value: str | None
    reason: str


@dataclass(frozen=True)
class Reading:
    """A file's rows as text. Nothing is typed, no sign or unit is turned: that happens in staging.

    `columns` are the stream's own names in English snake_case, in the order of the cells; columns that the format
    does not know stand last in `columns` under their verbatim name and are listed in `unknown`. `header` is verbatim.
    `totals` are the control totals that the file states and that the rows were checked against (name -> text).
    `window` is what the file says it covers, both days included; a window without rows is a confirmed empty day.
    """

    columns: tuple[str, ...]
    header: tuple[str, ...]
    rows: Sequence[Row]
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

"""Checking columns of the open format, each distinct value once."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from tieout.core.amounts import are_plain
from tieout.core.columns import holds, lay_open
from tieout.core.reading import UnreadableError
from tieout.core.text import is_damaged_id
from tieout.formats.open.entities import Field

if TYPE_CHECKING:
    import pyarrow as pa

# Six digits behind the point are what the warehouse keeps; more would be rounded.
_AMOUNT = re.compile(r"[+-]?(?:\d{1,18}(?:\.\d{1,6}0*)?|\.\d{1,6}0*)")
_INTEGER = re.compile(r"[+-]?\d+")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d(?::?\d\d)?)?)?")
_EXPECTED = {
    "decimal": "an exact decimal like -12.34 with at most six decimals",
    "integer": "a whole number",
    "date": "a date like 2026-05-01",
    "timestamp": "a time like 2026-05-01T08:30:00+08:00",
    "boolean": "true or false",
}
_IDENTIFIERS = ("_id", "_no")
_LONGEST = 18
_MOMENT = 13  # where a time writes the colon behind its hour


def _is_day(value: str) -> bool:
    return len(value) == 10 and _is_instant(value)


def _is_instant(value: str) -> bool:
    """Narrower than `fromisoformat`, which also takes week dates and any separator, but as strict on the calendar."""
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return _INSTANT.fullmatch(value) is not None


_CHECKS: Mapping[str, Callable[[str], object]] = {
    "decimal": _AMOUNT.fullmatch,
    "integer": _INTEGER.fullmatch,
    "date": _is_day,
    "timestamp": _is_instant,
    "boolean": {"true", "false"}.__contains__,
}


def _find_problem(value: str | None, field: Field) -> str | None:
    if value is None:
        return "is empty, but required" if field.required else None
    if field.type == "word":
        return None if value in field.words else f"is none of {', '.join(sorted(field.words))}"
    if field.type == "text":
        damaged = field.name.endswith(_IDENTIFIERS) and is_damaged_id(value)
        return "is an identifier in scientific or float notation: its digits are lost" if damaged else None
    return None if _CHECKS[field.type](value) else f"is not {_EXPECTED[field.type]}"


def find_problems(cells: "pa.Array", field: Field) -> dict[str | None, str]:
    """Say what is wrong with which of a column's values; a few calls where all are right as they stand."""
    if field.required and cells.null_count:
        return {None: "is empty, but required"} | find_problems(cells.drop_null(), field)
    if _fit_all(cells, field):
        return {}
    import pyarrow.compute as pc

    found = ((value, _find_problem(value, field)) for value in pc.unique(cells).to_pylist())
    return {value: problem for value, problem in found if problem}


def _fit_all(cells: "pa.Array", field: Field) -> bool:
    """Whether all values are right, as far as a look at the whole column can tell; each is right if it says so."""
    if cells.null_count == len(cells):
        return True
    if field.type == "text":
        return not field.name.endswith(_IDENTIFIERS) or not holds(cells, b".", b"+")
    written = cells.drop_null()
    if field.type == "decimal":
        return _are_amounts(written)
    return field.type == "timestamp" and _are_instants(written)


def _are_amounts(written: "pa.Array") -> bool:
    import pyarrow as pa
    import pyarrow.compute as pc

    if not are_plain(written) or pc.max(pc.binary_length(written)).as_py() > _LONGEST:
        return False
    try:
        pc.cast(written, pa.decimal128(24, 6))
    except pa.ArrowInvalid:
        return False
    return True


def _are_instants(written: "pa.Array") -> bool:
    """Arrow reads what we read, and hours without minutes, the year 0000, and seconds without fractions only."""
    import pyarrow as pa
    import pyarrow.compute as pc

    starts, data = lay_open(written)
    lengths, begins = starts[1:] - starts[:-1], starts[:-1]
    if bool((data[begins] == ord("0")).any()):
        return False
    timed = begins[lengths > 10]
    if bool((lengths < 10).any()) or bool((lengths[lengths > 10] <= _MOMENT).any()):
        return False
    if not bool((data[timed + _MOMENT] == ord(":")).all()):
        return False
    # All have a zone or none has. Asked for the other, Arrow writes an error for each value: thirty times the time that
    # reading it takes.
    time = written[0].as_py()[_MOMENT:]
    zone = "UTC" if time.endswith("Z") or "+" in time or "-" in time else None
    try:
        pc.cast(written, pa.timestamp("s", zone))
    except pa.ArrowInvalid:
        return False
    return True


@dataclass
class Problems:
    """The first few problems of a file, to be shown, and how many there are."""

    count: int = 0
    shown: list[tuple[int, str, str, str]] = field(default_factory=list)

    def add(self, line: int, column: str, value: str, what: str) -> None:
        """Count a problem and keep it if it is among the first."""
        self.count += 1
        if len(self.shown) < 5:
            self.shown.append((line, column, value, what))

    def refuse(self) -> None:
        """Raise if there are any, naming line, column and value."""
        if self.count:
            listed = "; ".join(f"line {line}, column {c}: '{value}' {what}" for line, c, value, what in self.shown)
            line, column, value, _ = self.shown[0]
            more = "" if self.count == len(self.shown) else f" (and {self.count - len(self.shown)} more)"
            raise UnreadableError(
                "unreadable", f"{self.count} unreadable values: {listed}{more}. Correct the file and deliver it again",
                line=line, column=column, value=value,
            )  # fmt: skip

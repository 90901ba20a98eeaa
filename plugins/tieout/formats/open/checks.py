"""Checking columns of the open format, each distinct value once."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from tieout.core.reading import UnreadableError
from tieout.core.text import is_damaged_id
from tieout.formats.open.entities import Field

# Six digits behind the point are what the warehouse keeps; more would be rounded.
_AMOUNT = re.compile(r"[+-]?(?:\d{1,18}(?:\.\d{1,6}0*)?|\.\d{1,6}0*)")
_SPACED = re.compile(r"^[^\S\n]|[^\S\n]$", re.MULTILINE)
_INTEGER = re.compile(r"[+-]?\d+")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d(?::?\d\d)?)?)?")
_COLUMNS = {
    "decimal": re.compile(rf"(?:(?:{_AMOUNT.pattern})?\n)*+"),
    "timestamp": re.compile(rf"(?:(?:{_INSTANT.pattern})?\n)*+"),
}
_EXPECTED = {
    "decimal": "an exact decimal like -12.34 with at most six decimals",
    "integer": "a whole number",
    "date": "a date like 2026-05-01",
    "timestamp": "a time like 2026-05-01T08:30:00+08:00",
    "boolean": "true or false",
}
_IDENTIFIERS = ("_id", "_no")
_REMEMBERED = 100_000


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


class Cells(dict[str, str | None]):
    """Cleans and checks a column's values, each distinct one once; `bad` says what is wrong with which value."""

    def __init__(self, name: str, field: Field | None) -> None:
        """Take the column's name and its declaration; an unknown column has none and is only cleaned."""
        super().__init__()
        self.name, self.field, self.bad = name, field, dict[str, str]()

    def __missing__(self, value: str) -> str | None:
        """Clean and check a value that is not remembered."""
        clean = value.strip() or None
        problem = _find_problem(clean, self.field) if self.field else None
        if problem:
            self.bad[value] = problem
        self[value] = clean
        return clean

    def take(self, column: Sequence[str]) -> list[str | None]:
        """Clean one chunk of the column; what is remembered stays bounded, however many distinct values there are."""
        if self.field and len(set(column)) * 8 > len(column) and _fit_all(column, self.field):
            return [value or None for value in column]
        if len(self) > _REMEMBERED:
            self.clear()
        return list(map(self.__getitem__, column))


def _fit_all(column: Sequence[str], field: Field) -> bool:
    """Whether all values of a column with many distinct ones are right as they stand: a few calls instead of many.

    False means that they have to be looked at one by one, not that one is wrong.
    """
    joined = "\n".join(column) + "\n"
    if field.type == "text":
        may_be_damaged = field.name.endswith(_IDENTIFIERS) and ("." in joined or "+" in joined)
        return not may_be_damaged and _SPACED.search(joined) is None and not (field.required and "" in column)
    pattern = _COLUMNS.get(field.type)
    if pattern is None or joined.count("\n") != len(column) or (field.required and "" in column):
        return False
    if not pattern.fullmatch(joined):
        return False
    try:
        return field.type == "decimal" or all(map(datetime.fromisoformat, filter(None, column)))
    except ValueError:
        return False


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

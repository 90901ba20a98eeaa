"""Bounds from the merged `tolerances` seed, for the gate that runs before dbt has loaded it."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from tieout.core.errors import TieoutError
from tieout.core.money import to_amount

_STRICTEST = {"max_share": Decimal(0), "max_amount": Decimal(0), "min_share": Decimal(1)}
_SCOPE = ("leg", "platform", "currency")


@dataclass(frozen=True)
class Tolerances:
    """The seed's rows as written."""

    rows: tuple[Mapping[str, str], ...]

    @classmethod
    def load(cls, seed: Path) -> "Tolerances":
        """Read the seed. Raises TieoutError where it is missing or a bound or date in it cannot be read."""
        try:
            with seed.open(encoding="utf-8-sig", newline="") as lines:
                rows = tuple(csv.DictReader(lines))
        except FileNotFoundError as error:
            raise TieoutError(f"{seed} is missing: the gates take their tolerances from it") from error
        for number, row in enumerate(rows, start=2):
            _prove(seed, number, row)
        return cls(rows)

    def bound(self, rule: str, column: str, on: date, scope: Mapping[str, str]) -> Decimal:
        """Give the bound that holds on a date for a leg, platform and currency; the strictest where there is none.

        Of several rows that fit, the more specific wins (leg, then platform, then currency), then the later one.
        """
        fitting = [row for row in self.rows if row["rule"] == rule and _fits(row, on, scope)]
        if not fitting:
            return _STRICTEST[column]
        row = max(fitting, key=lambda row: (*(bool(row[name]) for name in _SCOPE), row["valid_from"]))
        return to_amount(row[column]) if row[column] else _STRICTEST[column]


def _fits(row: Mapping[str, str], on: date, scope: Mapping[str, str]) -> bool:
    in_scope = all(row[name] in ("", scope.get(name, "")) for name in _SCOPE)
    day = on.isoformat()
    return in_scope and row["valid_from"] <= day and (not row["valid_to"] or day <= row["valid_to"])


def _prove(seed: Path, number: int, row: Mapping[str, str | None]) -> None:
    missing = [name for name in (*_SCOPE, *_STRICTEST, "rule", "valid_from", "valid_to") if row.get(name) is None]
    if missing:
        raise TieoutError(f"{seed}, line {number}: {', '.join(missing)} is missing; each line needs every column")
    for name, value in _values(row, _STRICTEST):
        try:
            to_amount(value)
        except ValueError as error:
            raise TieoutError(f"{seed}, line {number}, {name}: {error}") from error
    for name, value in _values(row, ("valid_from", "valid_to")):
        try:
            date.fromisoformat(value)
        except ValueError as error:
            raise TieoutError(f"{seed}, line {number}, {name}: '{value}' is not a date like 2026-05-31") from error


def _values(row: Mapping[str, str | None], names: Iterable[str]) -> list[tuple[str, str]]:
    return [(name, value) for name in names if (value := row[name])]

"""Holds reported exceptions against a world's answer key: what was found, what was missed, what was invented."""

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from tieout.core.money import to_amount
from tieout.world.truth import CONSEQUENCE, FAULT, LOOKALIKE, TIMING

_IDS = ("entity_id", "order_id", "after_sale_id", "refund_id", "payout_id", "bank_line_id", "document_id")
Row = Mapping[str, str]


@dataclass
class Tally:
    """Counts and money (yuan, absolute) of one code."""

    found: int = 0
    missed: int = 0
    false: int = 0
    missed_amount: Decimal = Decimal(0)
    false_amount: Decimal = Decimal(0)

    @property
    def recall(self) -> Fraction | None:
        """Give the share of the faults that were found; None if there were none."""
        return _share(self.found, self.missed)

    @property
    def precision(self) -> Fraction | None:
        """Give the share of the exceptions that were faults; None if there were none."""
        return _share(self.found, self.false)


@dataclass
class Score:
    """The outcome by code; `misses` are rows of the answer key, `false` the exceptions with `why` beside."""

    by_code: dict[str, Tally]
    misses: list[dict[str, str]] = field(default_factory=list)
    false: list[dict[str, str]] = field(default_factory=list)
    excused: int = 0
    """Exceptions that are neither right nor wrong: timing shown as such, or following from a fault of a file."""

    @property
    def total(self) -> Tally:
        """Give the sum over all codes."""
        total = Tally()
        for tally in self.by_code.values():
            total.found += tally.found
            total.missed += tally.missed
            total.false += tally.false
            total.missed_amount += tally.missed_amount
            total.false_amount += tally.false_amount
        return total

    @property
    def is_perfect(self) -> bool:
        """Whether nothing was missed and nothing invented."""
        return not (self.misses or self.false)

    def table(self) -> list[tuple[str, ...]]:
        """Give rows of text for printing: a header, one row a code, the total."""
        header = ("code", "found", "missed", "false", "recall", "precision", "missed amount", "false amount")
        rows = [*sorted(self.by_code.items()), ("total", self.total)]
        return [header, *((code, *_figures(tally)) for code, tally in rows)]


def score(truth: Path, exceptions: Iterable[Row], as_of: date) -> Score:
    """Compare exceptions with the answer key as it must stand at a business date.

    An exception finds a fault of its code that shares an id, or the account and source day, and has the same absolute
    `difference_amount` (where the answer key names one). A fault is found once: a second exception for it is false, and
    so is one before the fault's day or after it cleared.
    """
    with truth.open(encoding="utf-8", newline="") as file:
        key = list(csv.DictReader(file))
    index: defaultdict[tuple[str, ...], list[dict[str, str]]] = defaultdict(list)
    for row in key:
        for handle in _handles(row):
            index[handle].append(row)
    tallies: defaultdict[str, Tally] = defaultdict(Tally)
    result, found = Score(tallies), set[str]()
    for exception in exceptions:
        near = list({row["fault_id"]: row for handle in _handles(exception) for row in index[handle]}.values())
        code, amount = exception.get("code", ""), _amount(exception.get("difference_amount"))
        hit = next((row for row in near if _is_found(row, code, amount, as_of) and row["fault_id"] not in found), None)
        if hit is not None:
            found.add(hit["fault_id"])
            tallies[code].found += 1
        elif any(_excuses(row, code, as_of) for row in near):
            result.excused += 1
        else:
            tallies[code].false += 1
            tallies[code].false_amount += amount
            result.false.append({**exception, "why": _explain(near, code, amount, as_of, found)})
    for row in key:
        if row["kind"] == FAULT and _is_due(row, as_of) and row["fault_id"] not in found:
            tallies[row["code"]].missed += 1
            tallies[row["code"]].missed_amount += _amount(row["amount"])
            result.misses.append(row)
    result.by_code = dict(sorted(tallies.items()))
    return result


def _handles(row: Row) -> set[tuple[str, ...]]:
    handles: set[tuple[str, ...]] = {(row[name],) for name in _IDS if row.get(name)}
    if row.get("source_day"):
        handles.add((row.get("account_id") or "", row["source_day"]))
    return handles


def _is_due(row: Row, as_of: date) -> bool:
    return row["from_on"] <= as_of.isoformat() and (not row["until_on"] or as_of.isoformat() < row["until_on"])


def _is_found(row: Row, code: str, amount: Decimal, as_of: date) -> bool:
    same_amount = not row["amount"] or _amount(row["amount"]) == amount
    return row["kind"] == FAULT and row["code"] == code and same_amount and _is_due(row, as_of)


def _excuses(row: Row, code: str, as_of: date) -> bool:
    if row["kind"] == CONSEQUENCE:
        return _is_due(row, as_of)
    return row["kind"] == TIMING and row["code"] == code and _is_due(row, as_of)


def _explain(near: list[dict[str, str]], code: str, amount: Decimal, as_of: date, found: set[str]) -> str:
    """Say why an exception is false, by the most telling row of the answer key that it touches."""
    for row in near:
        if row["kind"] == FAULT and row["code"] == code:
            if row["fault_id"] in found:
                return f"second exception for {row['fault_id']}"
            if not _is_due(row, as_of):
                return f"{row['fault_id']} is to be reported from {row['from_on']} until {row['until_on'] or 'the end'}"
            return f"{row['fault_id']} is about {row['amount']}, not {amount}"
    for kind in (LOOKALIKE, FAULT, TIMING):
        for row in near:
            if row["kind"] == kind:
                return f"{kind} {row['fault_id']}: {row['note']}"
    return "nothing is wrong there"


def _amount(text: str | None) -> Decimal:
    return abs(to_amount(str(text))) if text not in (None, "") else Decimal(0)


def _share(found: int, rest: int) -> Fraction | None:
    return Fraction(found, found + rest) if found + rest else None


def _figures(tally: Tally) -> tuple[str, ...]:
    rates = (tally.recall, tally.precision)
    shares = ("" if share is None else f"{100 * share.numerator // share.denominator}%" for share in rates)
    return (
        str(tally.found), str(tally.missed), str(tally.false), *shares,
        f"{tally.missed_amount:.2f}", f"{tally.false_amount:.2f}",
    )  # fmt: skip

"""What is wrong, as people are told of it: a cause, the items within it, and what of them is news."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

Kind = Literal["run_failed", "deadline_missed", "gate", "source_missing", "exceptions"]
KINDS: tuple[Kind, ...] = ("run_failed", "deadline_missed", "gate", "source_missing", "exceptions")
SEVERITIES = ("P1", "P2", "P3", "P4")
Told = Mapping[str, tuple[str, str, str]]


@dataclass(frozen=True)
class Item:
    """One thing that is wrong within a cause: an exception, a missing day, a failed rule, a failed business date.

    `amount` is a size in major units of `currency`. An item whose `mark` changes is told again (the step at which a
    date failed, the business date that a gate withheld). The rest is for the wording only: `about` is the order, refund
    or payout, `figures` are what was observed and its threshold.
    """

    key: str
    severity: str
    amount: Decimal | None = None
    currency: str = ""
    mark: str = ""
    due_on: date | None = None
    about: str = ""
    figures: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class Cause:
    """Items that are told in one message; `code` and `owner` decide with the kind whom they are told to."""

    kind: Kind
    subject: tuple[str, ...]
    code: str = ""
    owner: str = ""
    items: tuple[Item, ...] = field(default=(), compare=False)

    @property
    def key(self) -> str:
        """Names the cause, the same in every run."""
        return "|".join((self.kind, *self.subject))

    @property
    def accumulates(self) -> bool:
        """Whether what was told before is still so: a failed date stays failed when another one fails."""
        return self.kind in ("run_failed", "deadline_missed")


@dataclass(frozen=True)
class Occasion:
    """When and by what something is told: the business date, the run, a link for whoever reads it."""

    as_of: date
    run_id: str = ""
    link: str | None = None
    published_as_of: date | None = None
    message: str = ""


def news(items: Iterable[Item], told: Told) -> list[Item]:
    """Give the items that were not told before, and those that got worse or changed their mark since."""
    return [item for item in items if _is_news(item, told)]


def _is_news(item: Item, told: Told) -> bool:
    if item.key not in told:
        return True
    severity, amount, mark = told[item.key]
    # A failure is heard of from the task and from its DAG, which does not know the step: one failure, one message.
    changed = bool(item.mark and mark and item.mark != mark)
    return item.severity < severity or (item.amount or Decimal(0)) > Decimal(amount or 0) or changed


def remember(cause: Cause, items: Iterable[Item], told: Told) -> dict[str, tuple[str, str, str]]:
    """Give what the recipient knows once `items` have been told."""
    kept = dict(told) if cause.accumulates else {}
    for item in items:
        mark = item.mark or (told[item.key][2] if item.key in told else "")
        kept[item.key] = (item.severity, "" if item.amount is None else f"{item.amount:f}", mark)
    return kept


def worst(items: Iterable[Item]) -> str:
    """Give the worst severity; P1 is worse than P2."""
    return min(item.severity for item in items)

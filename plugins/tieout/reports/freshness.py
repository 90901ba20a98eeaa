"""How fresh each stream is as of the last publication: its last days, what is missing there, when it last came."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tieout.reports.table import fetch
from tieout.warehouse import Connection

DAYS = 14
"""Days that are looked back upon, up to as_of."""

# A verdict's letter, the worst first; a day of several accounts has its worst.
LETTERS = {
    "refused": "R", "held": "H", "missing": "M", "arrived_late": "L", "pending": "P", "arrived": "·",
    "confirmed_empty": "0",
}  # fmt: skip
"""What stands for a verdict of published.source_status in `Freshness.days`; `-` is a day without any."""

OPEN = ("refused", "held", "missing")
"""Verdicts that are exceptions."""

_STATES = {"arrived_late": "late", "pending": "pending"}

_VERDICTS = """
    select source, stream, business_on, verdict from published.source_status
    where business_on > %(first)s group by source, stream, business_on, verdict
"""

_OPEN_DAYS = """
    select source, stream, account_id, business_on, verdict from published.source_status
    where verdict = any(%(open)s) order by business_on desc nulls first, account_id
"""

_LAST = """
    select source, stream, bool_or(expected_by is not null) as is_scheduled, last_on,
        max(arrived_at) filter (where business_on = last_on) as arrived_at,
        coalesce(sum(row_count) filter (where business_on = last_on), 0) as rows
    from (
        select *, max(business_on) filter (where delivery_count > 0) over (partition by source, stream) as last_on
        from published.source_status
    ) as days
    group by source, stream, last_on order by source, stream
"""


@dataclass(frozen=True)
class OpenDay:
    """A day that is missing, refused or held; `business_on` is None where a refused file does not say its days."""

    account_id: str | None
    business_on: date | None
    verdict: str


@dataclass(frozen=True)
class Freshness:
    """One stream: `state` is the worst of its open days (however old) and its last days, `days` a letter for each.

    `state` is refused, held, missing, late, pending, complete, or unscheduled where nothing declares when it is due.
    `last_on` is the last business date that a delivery covers, `arrived_at` when that was delivered, `rows` what all
    deliveries of that date hold.
    """

    source: str
    stream: str
    state: str
    days: str
    open_days: tuple[OpenDay, ...]
    last_on: date | None
    arrived_at: datetime | None
    rows: int


def freshness(connection: Connection, as_of: date) -> list[Freshness]:
    """List all streams that are declared or came, by source and stream."""
    if connection.execute("select to_regclass('published.source_status')").fetchone() == (None,):
        return []  # Published by a version that had no such table yet.
    first = as_of - timedelta(days=DAYS)
    verdicts: dict[tuple[str, str], dict[date, set[str]]] = {}
    for source, stream, day, verdict in fetch(connection, _VERDICTS, {"first": first}).rows:
        verdicts.setdefault((source, stream), {}).setdefault(day, set()).add(verdict)
    open_days: dict[tuple[str, str], list[OpenDay]] = {}
    for source, stream, account, day, verdict in fetch(connection, _OPEN_DAYS, {"open": list(OPEN)}).rows:
        open_days.setdefault((source, stream), []).append(OpenDay(account, day, verdict))
    found = []
    for source, stream, is_scheduled, last_on, arrived_at, rows in fetch(connection, _LAST).rows:
        seen, unsettled = verdicts.get((source, stream), {}), open_days.get((source, stream), [])
        worst = _worst([one.verdict for one in unsettled]) or _worst(set().union(*seen.values()) & _STATES.keys())
        state = _STATES.get(worst, worst) if worst else "complete" if is_scheduled else "unscheduled"
        days = "".join(_letter(seen, first + timedelta(days=1 + place)) for place in range(DAYS))
        found.append(Freshness(source, stream, state, days, tuple(unsettled), last_on, arrived_at, int(rows)))
    return found


def worst_days(strips: Iterable[str]) -> str:
    """Put several streams' days together: of each day the worst letter."""
    ranks = {letter: rank for rank, letter in enumerate([*LETTERS.values(), "-"])}
    return "".join(min(letters, key=lambda letter: ranks[letter]) for letters in zip(*strips, strict=True))


def _worst(verdicts: Iterable[str]) -> str | None:
    found = set(verdicts)
    return next((verdict for verdict in LETTERS if verdict in found), None)


def _letter(seen: Mapping[date, set[str]], day: date) -> str:
    worst = _worst(seen.get(day, ()))
    return LETTERS[worst] if worst else "-"

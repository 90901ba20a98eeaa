"""The state of the house on one screen: what is published, how the last run went, what came, what is open."""

import json
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from tieout.core.settings import Settings
from tieout.reports.freshness import Freshness, freshness
from tieout.reports.table import Table, fetch
from tieout.warehouse import Connection, connect, prepare
from tieout.warehouse.publication import Publication, last_publication


@dataclass(frozen=True)
class StepState:
    """A step of a run as it went the last time, with what it said."""

    step: str
    seconds: Decimal
    detail: str
    figures: dict[str, Any]


@dataclass(frozen=True)
class Check:
    """A rule that was not kept: what was observed, what the tolerance is, and where."""

    gate: str
    severity: str
    rule: str
    subject: str
    observed: str | None
    threshold: str | None
    detail: str | None


@dataclass(frozen=True)
class RunState:
    """A run of a business day; `outcome` is None while it is at work, and for ever once it was killed.

    `checks` are the rules that it broke, the critical ones first, with those of the date's ingests.
    """

    run_id: str
    as_of: date
    started_at: datetime
    finished_at: datetime | None
    outcome: str | None
    detail: str | None
    steps: tuple[StepState, ...]
    checks: tuple[Check, ...]

    @property
    def seconds(self) -> float | None:
        """How long it took; None while it is unfinished."""
        return (self.finished_at - self.started_at).total_seconds() if self.finished_at else None


@dataclass(frozen=True)
class OpenItems:
    """All exceptions (or pending items) of a code: how many of each severity, and absolute amounts by currency.

    `overdue` counts those whose day to act by lies before as_of; `next_due_on` is the earliest such day from as_of on.
    """

    code: str
    name: str
    name_zh: str
    severities: dict[str, int]
    amounts: dict[str, Decimal]
    overdue: int
    next_due_on: date | None

    @property
    def count(self) -> int:
        """Items in all."""
        return sum(self.severities.values())


@dataclass(frozen=True)
class Status:
    """What a person has to know first; before the first publication there is only `run`, if there was any."""

    publication: Publication | None
    run: RunState | None
    sources: tuple[Freshness, ...]
    exceptions: tuple[OpenItems, ...]
    pending: tuple[OpenItems, ...]

    def to_json(self) -> str:
        """Everything as JSON: dates, instants and amounts as text, so that no digit is lost."""
        stated = asdict(self)
        if self.run:
            stated["run"]["seconds"] = self.run.seconds
        for name in ("exceptions", "pending"):
            for item, one in zip(stated[name], getattr(self, name), strict=True):
                item["count"] = one.count
        return json.dumps(stated, ensure_ascii=False, indent=2, default=str)


_RUN = """
    select run_id, as_of, started_at, finished_at, outcome, detail from ops.runs
    where kind = 'day' order by started_at desc, run_id limit 1
"""

# A task that was tried again has its step twice: the last one counts.
_STEPS = """
    select step, seconds, coalesce(detail, '') as detail, figures from (
        select *, row_number() over (partition by step order by started_at desc) as latest
        from ops.run_steps where run_id = %(run)s
    ) as steps where latest = 1 order by started_at
"""

_CHECKS = """
    select gate, severity, rule, subject, observed, threshold, detail from (
        select results.*, row_number() over (partition by gate, subject, rule order by checked_at desc) as latest
        from ops.gate_results as results inner join ops.runs as runs on results.run_id = runs.run_id
        where runs.run_id = %(run)s or (runs.kind = 'ingest' and runs.as_of = %(as_of)s)
    ) as checks where latest = 1 and not success order by severity, gate, rule, subject
"""

_ITEMS = """
    select items.code, codes.name, codes.name_zh, items.severity, items.currency, count(*) as items,
        sum(abs(items.difference_amount)) as amount, count(*) filter (where items.due_on < %(as_of)s) as overdue,
        min(items.due_on) filter (where items.due_on >= %(as_of)s) as next_due_on
    from published.{table} as items
    inner join (select distinct code, name, name_zh from published.rpt_exceptions_by_code) as codes
        on items.code = codes.code
    group by items.code, codes.name, codes.name_zh, items.severity, items.currency order by items.severity, items.code
"""


def status(settings: Settings) -> Status:
    """Read the status. Raises TieoutError when the warehouse cannot be reached."""
    with connect(settings) as connection:
        prepare(connection)
        published = last_publication(connection)
        run = _last_run(connection)
        if published is None:
            return Status(None, run, (), (), ())
        return Status(
            published,
            run,
            tuple(freshness(connection, published.as_of)),
            _items(connection, "exceptions", published.as_of),
            _items(connection, "pending_items", published.as_of),
        )


def _last_run(connection: Connection) -> RunState | None:
    rows = fetch(connection, _RUN).rows
    if not rows:
        return None
    values = {"run": rows[0][0], "as_of": rows[0][1]}
    steps = tuple(StepState(*row) for row in fetch(connection, _STEPS, values).rows)
    checks = tuple(Check(*row) for row in fetch(connection, _CHECKS, values).rows)
    run_id, as_of, started_at, finished_at, outcome, detail = rows[0]
    return RunState(run_id, as_of, started_at, finished_at, outcome, detail, steps, checks)


def _items(connection: Connection, table: str, as_of: date) -> tuple[OpenItems, ...]:
    found: dict[str, OpenItems] = {}
    for row in _records(fetch(connection, _ITEMS.replace("{table}", table), {"as_of": as_of})):
        code = row["code"]
        before = found.get(code, OpenItems(code, row["name"], row["name_zh"], {}, {}, 0, None))
        dues = [due for due in (before.next_due_on, row["next_due_on"]) if due]
        found[code] = OpenItems(
            code,
            row["name"],
            row["name_zh"],
            dict(Counter(before.severities) + Counter({row["severity"]: row["items"]})),
            _add(before.amounts, {row["currency"]: row["amount"]} if row["amount"] else {}),
            before.overdue + row["overdue"],
            min(dues, default=None),
        )
    return tuple(sorted(found.values(), key=_urgency))


def _add(one: dict[str, Decimal], other: dict[str, Decimal]) -> dict[str, Decimal]:
    return {currency: one.get(currency, Decimal(0)) + other.get(currency, Decimal(0)) for currency in {**one, **other}}


def _urgency(items: OpenItems) -> tuple[str, Decimal, str]:
    # Amounts of several currencies cannot be compared; the largest one is near enough for an order on a screen.
    return min(items.severities), -max(items.amounts.values(), default=Decimal(0)), items.code


def _records(table: Table) -> list[dict[str, Any]]:
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]

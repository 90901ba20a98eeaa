"""What a run has shown to be wrong: its gates, the sources past their deadline, the exceptions people now see."""

from collections import defaultdict
from datetime import date

from tieout.alerts.causes import Cause, Item
from tieout.warehouse import Connection

_GATES = """
    select gate, case gate when 'raw' then subject else '' end as subject, rule, severity, observed, threshold
    from ops.gate_results where run_id = %s and not success order by gate, subject, rule, ops.gate_results.subject
"""

# A day whose delivery was refused or is held back by the gate is told with its reason, and not as missing again.
_SOURCES = """
    select days.source, days.stream, coalesce(days.account_id, ''), days.business_on, days.expected_by,
        broken.owner, broken.severity
    from {schema}.fct_source_days as days
    inner join {schema}.exceptions as broken
        on broken.code = 'DQ01' and broken.reason = 'missing'
            and broken.entity_id = days.source || '/' || days.stream || '|' || coalesce(days.account_id, '')
                || '|' || cast(days.business_on as text)
    where not days.has_arrived and days.expected_by <= %s
    order by days.source, days.stream, days.account_id, days.business_on
"""

_EXCEPTIONS = """
    select code, owner, exception_id, severity, abs(difference_amount), coalesce(currency, ''), due_on,
        coalesce(payout_id, refund_id, order_id, entity_id)
    from published.exceptions
    where severity <= %s and not (code = 'DQ01' and coalesce(reason, '') in ('missing', 'held_by_gate'))
    order by code, owner, severity, abs(difference_amount) desc nulls last, exception_id
"""


def checked_gates(connection: Connection, run_id: str) -> set[tuple[str, ...]]:
    """Name what the run's gates looked at, as causes name it: the candidate, and the streams that brought files."""
    rows = connection.execute("select distinct gate, subject from ops.gate_results where run_id = %s", (run_id,))
    return {(gate, subject if gate == "raw" else "") for gate, subject in rows}


def failed_gates(connection: Connection, run_id: str, as_of: date, operator: str) -> list[Cause]:
    """Give causes for each stream at landing and for the candidate: what failed, and what merely warned.

    They are two, so that a publication that was withheld is all clear once it is published, whatever warns then.
    """
    found: dict[tuple[str, ...], dict[str, Item]] = defaultdict(dict)
    for gate, subject, rule, severity, observed, threshold in connection.execute(_GATES, (run_id,)):
        figures = (observed or "", threshold or "")
        # What is held back or withheld is told once for each business date, a warning once until it is over.
        if severity == "warning":
            found[gate, subject, "warned"].setdefault(rule, Item(rule, "P2", figures=figures))
        else:
            found[gate, subject, "failed"].setdefault(rule, Item(rule, "P1", mark=as_of.isoformat(), figures=figures))
    return [Cause("gate", key, owner=operator, items=tuple(items.values())) for key, items in found.items()]


def missing_sources(connection: Connection, as_of: date, schema: str) -> list[Cause]:
    """Give a cause for each source, stream and account with days that are past their deadline."""
    found: dict[tuple[str, ...], list[Item]] = defaultdict(list)
    owners: dict[tuple[str, ...], str] = {}
    for *subject, day, due_on, owner, severity in connection.execute(_SOURCES.format(schema=schema).encode(), (as_of,)):
        found[tuple(subject)].append(Item(key=day.isoformat(), severity=severity, due_on=due_on))
        owners[tuple(subject)] = owner or ""
    return [Cause("source_missing", key, "DQ01", owners[key], tuple(items)) for key, items in found.items()]


def exceptions(connection: Connection, least_severity: str) -> list[Cause]:
    """Give a cause for each code and owner of the published exceptions; the largest first within a severity."""
    found: dict[tuple[str, str], list[Item]] = defaultdict(list)
    for code, owner, *facts in connection.execute(_EXCEPTIONS, (least_severity,)):
        key, severity, amount, currency, due_on, about = facts
        item = Item(key, severity, amount=amount, currency=currency, due_on=due_on, about=about or "")
        found[code, owner or ""].append(item)
    return [Cause("exceptions", key, *key, tuple(items)) for key, items in found.items()]


def last_published(connection: Connection) -> date | None:
    """Give the latest day that was ever published; none before the first publication."""
    row = connection.execute("select max(as_of) from published.publication").fetchone()
    return row[0] if row else None


def has_candidate(connection: Connection) -> bool:
    """Whether a candidate lies there whose sources can be looked at."""
    query = "select to_regclass('candidate.fct_source_days'), to_regclass('candidate.exceptions')"
    row = connection.execute(query).fetchone()
    return row is not None and None not in row

"""What a gate found, and where it is kept."""

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime
from typing import Any, Literal

import psycopg

Verdict = Literal["passed", "warned", "failed"]


@dataclass(frozen=True)
class GateResult:
    """One rule on one subject: a stream (`alipay/trade`) at landing, a relation of the candidate before publication.

    `observed` and `threshold` are texts for a person; `detail` says where it fails and with what.
    """

    run_id: str
    gate: Literal["raw", "marts"]
    subject: str
    rule: str
    severity: str
    success: bool
    observed: str
    threshold: str
    detail: str


def verdict_of(results: Iterable[GateResult]) -> Verdict:
    """Give the worst: failed by any critical rule, warned by any other, passed otherwise."""
    failed = {result.severity for result in results if not result.success}
    if failed - {"warning"}:
        return "failed"
    return "warned" if failed else "passed"


def blocked_streams(results: Iterable[GateResult]) -> set[tuple[str, str]]:
    """Name the streams (source, stream) that a critical rule keeps out of this run."""
    failed = (result for result in results if not result.success and result.severity != "warning")
    return {(source, stream) for source, _, stream in (result.subject.partition("/") for result in failed)}


def record(connection: psycopg.Connection[Any], results: Sequence[GateResult]) -> None:
    """Keep a gate's results in ops.gate_results, all or none; a repeated gate of the same run replaces its own."""
    with connection.transaction(), connection.cursor() as cursor:
        for run_id, gate in {(result.run_id, result.gate) for result in results}:
            cursor.execute("delete from ops.gate_results where run_id = %s and gate = %s", (run_id, gate))
        cursor.executemany(
            "insert into ops.gate_results (run_id, gate, subject, rule, severity, success, observed, threshold,"
            " detail, checked_at) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, now())",
            [astuple(result) for result in results],
        )


def recorded(connection: psycopg.Connection[Any], run_id: str) -> list[tuple[GateResult, datetime]]:
    """Give a run's results with the instant of each check: failures first, critical before warning."""
    rows = connection.execute(
        "select run_id, gate, subject, rule, severity, success, observed, threshold, detail, checked_at"
        " from ops.gate_results where run_id = %s order by gate desc, success, severity, subject, rule",
        (run_id,),
    )
    return [(GateResult(*row[:-1]), row[-1]) for row in rows]


def latest_run(connection: psycopg.Connection[Any]) -> str | None:
    """Name the run that was checked last; none if nothing was ever checked."""
    row = connection.execute("select run_id from ops.gate_results order by checked_at desc, run_id limit 1").fetchone()
    return str(row[0]) if row else None

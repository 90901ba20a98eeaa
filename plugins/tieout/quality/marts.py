"""The gate before publication: the candidate's figures against their tolerances."""

from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

import psycopg

from tieout.quality.results import GateResult, Verdict, record, verdict_of
from tieout.quality.validation import Outcome, declared, open_context, validate_relation

_EXAMPLES = 5


def gate_marts(connection: psycopg.Connection[Any], owner_url: str, run_id: str) -> Verdict:
    """Check the schema `candidate` and keep the results in ops.gate_results under the run, which must be in ops.runs.

    Great Expectations reads through a connection of its own to `owner_url` that cannot write; `connection` writes the
    results. `failed` means that nothing may be published.
    """
    context = open_context()
    source = context.data_sources.add_postgres("candidate", connection_string=read_only(owner_url))
    results: list[GateResult] = []
    try:
        for relation, expectations in declared("marts").suite().items():
            outcomes = validate_relation(source, relation, expectations)
            results.extend(_result(run_id, relation, outcome) for outcome in outcomes)
    finally:
        source.get_engine().dispose()
    record(connection, results)
    return verdict_of(results)


def read_only(owner_url: str) -> str:
    """Give SQLAlchemy's URL of a connection on which every transaction is read-only."""
    parts = urlsplit(owner_url)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    query["options"] = f"{query.get('options', '')} -c default_transaction_read_only=on".strip()
    return urlunsplit(parts._replace(scheme="postgresql+psycopg2", query=urlencode(query, quote_via=quote)))


def _result(run_id: str, relation: str, outcome: Outcome) -> GateResult:
    rows = outcome.result.get("details", {}).get("unexpected_rows", [])
    worst = rows[0] if rows else {}
    told = rows[:_EXAMPLES] if not outcome.success else [row for row in rows if row["evidence"]]
    detail = outcome.error or "; ".join(_line(row) for row in told)
    if outcome.error is None and len(rows) > _EXAMPLES:
        detail += f"; and {len(rows) - _EXAMPLES} more"
    return GateResult(
        run_id=run_id,
        gate="marts",
        subject=relation,
        rule=outcome.rule,
        severity=outcome.severity,
        success=outcome.success,
        observed=_number(worst.get("observed")),
        threshold=_number(worst.get("tolerance")),
        detail=detail,
    )


def _line(row: dict[str, Any]) -> str:
    evidence = f" ({row['evidence']})" if row["evidence"] else ""
    return f"{' '.join(row['subject'].split())}: {_number(row['observed'])}{evidence}"


def _number(value: Any) -> str:
    """Write a figure without the digits that say nothing; a share keeps four."""
    if value is None:
        return ""
    text = f"{value:.4f}"
    return text.rstrip("0").rstrip(".")

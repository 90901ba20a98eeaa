"""The single steps of a day, each repeatable by itself: land, load behind its gate, build, gate, publish."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tieout import alerts, dbt, engines, landing, quality, warehouse
from tieout.alerts import Urls
from tieout.core.errors import TieoutError
from tieout.core.settings import Settings
from tieout.dbt import seeds
from tieout.landing import Batch, Finding, LandingResult
from tieout.pipeline.bookkeeping import Run
from tieout.quality import GateResult, Verdict
from tieout.quality.results import recorded, verdict_of
from tieout.warehouse import Connection, publication, raw
from tieout.warehouse.publication import Publication


@dataclass(frozen=True)
class Loading:
    """What came into raw, and the streams (source, stream) that the gate kept out."""

    batches: int
    rows: int
    held: tuple[tuple[str, str], ...]


def land(settings: Settings, run: Run, inbox: Path | None = None, source: str | None = None) -> LandingResult:
    """Land what lies in the inbox, of one source or of all; an inbox of our own may be empty."""
    with run.step("land") as step:
        if inbox is None:
            settings.inbox.mkdir(parents=True, exist_ok=True)
        result = landing.land(settings, inbox, run.tell("land"), source)
        step.detail = f"{len(result.new)} new, {len(result.known)} known, {len(result.quarantined)} refused"
        step.figures = {
            "new": len(result.new),
            "known": len(result.known),
            "refused": len(result.quarantined),
            "rows": sum(batch.row_count for batch in result.new),
        }
    return result


def gate_landed(settings: Settings, run: Run, landed: Iterable[Batch]) -> tuple[list[Batch], list[GateResult]]:
    """Gate those that are not in raw yet, stream by stream; give them with the results."""
    with run.step("gate raw") as step:
        fresh = _fresh(run.connection, landed)
        by_stream: dict[tuple[str, str], list[Batch]] = defaultdict(list)
        for batch in fresh:
            by_stream[batch.source, batch.stream].append(batch)
        results = quality.gate_raw(
            by_stream, seeds.merge(settings) / "tolerances.csv", run.connection, run.run_id, run.as_of
        )
        held = quality.blocked_streams(results)
        found = sum(not result.success for result in results)
        step.detail = f"{len(fresh)} deliveries of {len(by_stream)} streams, {found} findings, {len(held)} held"
        step.figures = {
            "deliveries": len(fresh),
            "rows": sum(batch.row_count for batch in fresh),
            "verdict": verdict_of(results),
            "held": sorted("/".join(stream) for stream in held),
        }
    return fresh, results


def load(settings: Settings, run: Run) -> Loading:
    """Load all that was landed and passes its gate; the rest stays out and becomes DQ01. Claims what is built of it."""
    run.claim()
    landed = landing.batches(settings)
    fresh, results = gate_landed(settings, run, landed)
    held = quality.blocked_streams(results)
    with run.step("load") as step:
        kept_out = {batch.batch_id for batch in fresh if (batch.source, batch.stream) in held}
        copies = engines.choose(settings).copies_rows
        passed = [batch for batch in landed if batch.batch_id not in kept_out]
        loaded = raw.load(run.connection, passed, run.tell("load"), copies=copies)
        why = {result.subject: result.detail for result in results if not result.success}
        refused = [_to_finding(batch, why) for batch in fresh if batch.batch_id in kept_out]
        raw.load_findings(run.connection, [*landing.findings(settings), *refused])
        step.detail = f"{loaded.loaded} deliveries, {loaded.rows} rows{'' if copies else ' left in landing'}"
        step.figures = {"deliveries": loaded.loaded, "rows": loaded.rows}
    return Loading(loaded.loaded, loaded.rows, tuple(sorted(held)))


def build(settings: Settings, run: Run, layer: str | None = None, *, full: bool = False) -> None:
    """Build all models, or those of one of dbt.LAYERS, as of the run's date; `full`: from nothing."""
    name = f"build {layer}" if layer else "build"
    with run.step(name) as step:
        result = dbt.build(
            settings, warehouse.url(settings), run.as_of, layer=layer, full=full, progress=run.tell(name)
        )
        step.detail = ", ".join(f"{count} {status}" for status, count in sorted(result.statuses.items()))
        step.figures = dict(result.statuses)


def stage(settings: Settings, run: Run) -> None:
    """Lay what is to be published into `candidate`."""
    with run.step("stage candidate") as step:
        step.figures = {"tables": engines.choose(settings).stage(run.connection)}


def gate(settings: Settings, run: Run) -> Verdict:
    """Check the candidate; `failed` withholds publication."""
    with run.step("gate marts") as step:
        verdict = quality.gate_marts(run.connection, warehouse.url(settings), run.run_id)
        for result, _ in recorded(run.connection, run.run_id):
            if result.gate == "marts" and not result.success:
                run.progress("gate marts", f"{result.severity}: {result.subject} {result.rule}: {result.detail}")
        step.detail = verdict
        step.figures = {"verdict": verdict}
    if verdict == "failed":
        run.finish("withheld", verdict)
    return verdict


def publish(run: Run, verdict: Verdict) -> Publication:
    """Put the candidate in the place of what is published. Raises TieoutError if its gate failed."""
    if verdict == "failed":
        raise TieoutError("the candidate did not pass its gate; what was published before stays")
    with run.step("publish") as step:
        published = publication.publish(run.connection, run.run_id, run.as_of, verdict)
        step.figures = {"publication_id": published.publication_id}
    run.finish("published", verdict)
    return published


def alert(settings: Settings, run: Run, urls: Urls | None = None, link: str | None = None) -> None:
    """Tell people what the run has shown that they do not know yet. What cannot be told now waits; nothing fails.

    `urls` are the recipients' (default: the setting's), `link` leads to the run.
    """
    with run.step("alert") as step:
        row = run.connection.execute("select outcome from ops.runs where run_id = %s", (run.run_id,)).fetchone()
        try:
            queued = alerts.tell_run(run.connection, settings, run.run_id, run.as_of, row[0] if row else "", link=link)
            sent = alerts.deliver(settings, alerts.urls_from_environment() if urls is None else urls)
        except (TieoutError, psycopg.Error) as error:
            step.detail = f"nobody was told: {error}"
            return
        for problem in sent.problems:
            run.progress("alert", problem)
        step.detail = f"{queued} new, {sent.sent} sent, {sent.waiting} waiting"
        step.figures = {"queued": queued, "sent": sent.sent, "waiting": sent.waiting}


def last_verdict(run: Run) -> Verdict:
    """Give the verdict on the run's candidate. Raises TieoutError when it was not gated since it was built."""
    row = run.connection.execute(
        "select step, detail from ops.run_steps where run_id = %s and step in ('stage candidate', 'gate marts')"
        " order by started_at desc limit 1",
        (run.run_id,),
    ).fetchone()
    verdicts: dict[str, Verdict] = {"passed": "passed", "warned": "warned", "failed": "failed"}
    if row is None or row[0] != "gate marts" or row[1] not in verdicts:
        raise TieoutError("the candidate has not been checked since it was built; run `tieout gate` first")
    return verdicts[row[1]]


def _fresh(connection: Connection, landed: Iterable[Batch]) -> list[Batch]:
    loaded = {batch_id for (batch_id,) in connection.execute("select batch_id from raw.batches")}
    return [batch for batch in landed if batch.batch_id not in loaded]


def _to_finding(batch: Batch, why: dict[str, str]) -> Finding:
    return Finding(
        finding_id=f"held-{batch.batch_id}",
        source=batch.source,
        stream=batch.stream,
        folder=batch.folder,
        file_name=batch.file_name,
        sha256=batch.sha256,
        reason="held_by_gate",
        message=f"{batch.file_name} is held back by the gate: {why.get(f'{batch.source}/{batch.stream}', '')}",
        line_number=None,
        column_name=None,
        value=None,
        window_from=batch.window_from,
        window_to=batch.window_to,
        account=batch.account,
        delivered_at=batch.delivered_at,
        delivery_rank=batch.delivery_rank,
        modified_at=batch.modified_at,
        file_names=batch.file_names,
        awaited=False,
    )

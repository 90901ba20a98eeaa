"""The single steps of a day, each repeatable by itself: land, load behind its gate, build, gate, publish."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tieout import dbt, landing, quality, warehouse
from tieout.core.errors import TieoutError
from tieout.core.settings import Settings
from tieout.dbt import seeds
from tieout.landing import Batch, Finding, LandingResult
from tieout.pipeline import bookkeeping
from tieout.pipeline.bookkeeping import Progress, Run
from tieout.quality import Verdict
from tieout.warehouse import Connection, publication, raw
from tieout.warehouse.publication import Publication


@dataclass(frozen=True)
class Loading:
    """What came into raw, and the streams (source, stream) that the gate kept out."""

    batches: int
    rows: int
    held: tuple[tuple[str, str], ...]


def land(settings: Settings, run: Run, inbox: Path | None) -> LandingResult:
    """Land what lies in the inbox; without one, what has been landed before is all there is."""
    with run.step("land") as step:
        if inbox is None:
            settings.inbox.mkdir(parents=True, exist_ok=True)
        result = landing.land(settings, inbox, run.tell("land"))
        step.detail = f"{len(result.new)} new, {len(result.known)} known, {len(result.quarantined)} refused"
    return result


def load(settings: Settings, run: Run) -> Loading:
    """Gate what is not in raw yet, stream by stream, and load all that passed; the rest stays out and becomes DQ01."""
    with run.step("gate raw") as step:
        landed = landing.batches(settings)
        fresh = _fresh(run.connection, landed)
        by_stream: dict[tuple[str, str], list[Batch]] = defaultdict(list)
        for batch in fresh:
            by_stream[batch.source, batch.stream].append(batch)
        results = quality.gate_raw(
            by_stream, seeds.merge(settings) / "tolerances.csv", run.connection, run.run_id, run.as_of
        )
        held = quality.blocked_streams(results)
        warnings = sum(not result.success for result in results)
        step.detail = f"{len(fresh)} deliveries of {len(by_stream)} streams, {warnings} findings, {len(held)} held"
    with run.step("load") as step:
        kept_out = {batch.batch_id for batch in fresh if (batch.source, batch.stream) in held}
        loaded = raw.load(run.connection, [batch for batch in landed if batch.batch_id not in kept_out])
        why = {result.subject: result.detail for result in results if not result.success}
        refused = [_to_finding(batch, why) for batch in fresh if batch.batch_id in kept_out]
        raw.load_findings(run.connection, [*landing.findings(settings), *refused])
        step.detail = f"{loaded.loaded} deliveries, {loaded.rows} rows"
    return Loading(loaded.loaded, loaded.rows, tuple(sorted(held)))


def build(settings: Settings, run: Run) -> None:
    """Build all models as of the run's date, and lay what is to be published into `candidate`."""
    with run.step("build") as step:
        result = dbt.build(settings, warehouse.url(settings), run.as_of, progress=run.tell("build"))
        step.detail = ", ".join(f"{count} {status}" for status, count in sorted(result.statuses.items()))
    with run.step("stage candidate"):
        publication.stage_candidate(run.connection, _publishable(run.connection))


def gate(settings: Settings, run: Run) -> Verdict:
    """Check the candidate; `failed` withholds publication."""
    with run.step("gate marts") as step:
        verdict = quality.gate_marts(run.connection, warehouse.url(settings), run.run_id)
        step.detail = verdict
    return verdict


def publish(run: Run, verdict: Verdict) -> Publication:
    """Put the candidate in the place of what is published. Raises TieoutError if its gate failed."""
    if verdict == "failed":
        raise TieoutError("the candidate did not pass its gate; what was published before stays")
    with run.step("publish"):
        return publication.publish(run.connection, run.run_id, run.as_of, verdict)


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


@contextmanager
def open_run(settings: Settings, as_of: date, progress: Progress) -> Iterator[Run]:
    """Open the warehouse for a run of single steps; no other run may be at work."""
    with warehouse.connect(settings) as connection, warehouse.run_lock(connection):
        warehouse.prepare(connection)
        with bookkeeping.record(connection, as_of, progress) as run:
            yield run
            bookkeeping.finish(run, "built", "single steps")


@contextmanager
def resume_run(settings: Settings, progress: Progress) -> Iterator[Run]:
    """Go on with the run that built the candidate. Raises TieoutError when there is none."""
    with warehouse.connect(settings) as connection, warehouse.run_lock(connection):
        warehouse.prepare(connection)
        row = connection.execute(
            "select runs.run_id, runs.as_of from ops.run_steps as steps"
            " inner join ops.runs as runs on steps.run_id = runs.run_id"
            " where steps.step = 'stage candidate' order by steps.started_at desc limit 1"
        ).fetchone()
        if row is None:
            raise TieoutError("nothing has been built yet; run `tieout build --as-of DATE` first")
        yield Run(connection, row[1], progress, run_id=row[0])


def _fresh(connection: Connection, landed: Iterable[Batch]) -> list[Batch]:
    loaded = {batch_id for (batch_id,) in connection.execute("select batch_id from raw.batches")}
    return [batch for batch in landed if batch.batch_id not in loaded]


def _publishable(connection: Connection) -> list[str]:
    rows = connection.execute(
        "select table_name from information_schema.tables where table_schema = 'marts' and table_type = 'BASE TABLE'"
        " and table_name not like 'exc\\_%'"
    )
    return [name for (name,) in rows]


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

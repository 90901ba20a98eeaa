"""One source's business day, task by task: land until it has come, gate it, say what came. For the ingest DAGs."""

import csv
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from tieout import fetching, landing, warehouse
from tieout.core.business_day import SHANGHAI
from tieout.core.errors import TieoutError
from tieout.core.settings import Settings
from tieout.dbt import seeds
from tieout.landing import Expected
from tieout.pipeline import runs, steps
from tieout.pipeline.bookkeeping import Progress, Run
from tieout.quality import Verdict
from tieout.quality.results import verdict_of


@dataclass(frozen=True)
class Landed:
    """What a landing did, in deliveries and rows, and what has still to come of the business day.

    `is_waiting` says that something is missing and may yet come; after the settings' hours nothing is waited for.
    """

    new: int
    known: int
    refused: int
    rows: int
    missing: tuple[str, ...]
    is_waiting: bool

    @property
    def figures(self) -> dict[str, object]:
        """The same as JSON can hold it."""
        return asdict(self) | {"missing": list(self.missing)}


def fetch(settings: Settings, source: str, day: date, run_id: str, progress: Progress) -> None:
    """Fetch what the source's API has of the day; what is not made yet is asked for again while landing waits.

    Raises TieoutError where bills could not be fetched, after the others were.
    """
    with runs.open_ingest(settings, source, day, run_id, progress) as run:
        _fetch(settings, run, source)


def land(settings: Settings, source: str, day: date, run_id: str, progress: Progress) -> Landed:
    """Land what the source has delivered, and look whether all is there that its schedules and its API have of the day.

    What the API did not have is asked for again, every half hour; where that fails, what lies in the inbox is landed.
    """
    with runs.open_ingest(settings, source, day, run_id, progress) as run:
        if _is_due_again(run):
            try:
                _fetch(settings, run, source)
            except TieoutError as error:
                progress("fetch", str(error))
        result = steps.land(settings, run, source=source)
        missing = tuple(map(str, landing.find_missing(settings, source, expected(settings, source, day), day)))
        for finding in result.quarantined:
            progress("land", f"refused: {finding.stream}: {finding.message}")
        rows = sum(batch.row_count for batch in result.new)
        if missing:
            progress("land", f"not here yet: {', '.join(missing)}")
        waiting = bool(missing or _lacks_bills(run)) and _may_come(settings, day)
        return Landed(len(result.new), len(result.known), len(result.quarantined), rows, missing, waiting)


def gate(settings: Settings, source: str, day: date, run_id: str, progress: Progress) -> Verdict:
    """Check what the source has delivered since the last load; `failed` keeps a stream of it out of the next one."""
    with runs.open_ingest(settings, source, day, run_id, progress) as run:
        landed = landing.batches(settings, source)
        _, results = steps.gate_landed(settings, run, landed)
        for result in results:
            if not result.success:
                progress("gate raw", f"{result.severity}: {result.subject} {result.rule}: {result.detail}")
        verdict = verdict_of(results)
        run.finish("held" if verdict == "failed" else "landed", verdict)
    return verdict


def summarise(settings: Settings, source: str, day: date, run_id: str) -> dict[str, object]:
    """Say what an ingest came to: its rows and deliveries not yet in raw, verdict, and what is still missing."""
    missing = landing.find_missing(settings, source, expected(settings, source, day), day)
    with warehouse.connect(settings) as connection:
        row = connection.execute(
            "select figures from ops.run_steps where run_id = %s and step = 'gate raw'"
            " order by started_at desc limit 1",
            (run_id,),
        ).fetchone()
    return {"missing": list(map(str, missing)), **(row[0] if row else {"verdict": "unknown"})}


def expected(settings: Settings, source: str, day: date) -> list[Expected]:
    """Read from the schedules, the merchant's own included, what a source has to deliver for a business day."""
    with (seeds.merge(settings) / "source_schedules.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["source"] == source and row["frequency"] == "daily"]
    return [
        Expected(source, row["stream"], row["account"])
        for row in rows
        if row["valid_from"] <= day.isoformat() and (not row["valid_to"] or day.isoformat() <= row["valid_to"])
    ]


def _fetch(settings: Settings, run: Run, source: str) -> None:
    with run.step("fetch") as step:
        try:
            fetched = fetching.fetch(settings, source, run.as_of, run.tell("fetch"))
        except fetching.IncompleteError as error:
            step.figures = error.fetched.figures | {"failed": len(error.failures)}
            raise
        step.figures = fetched.figures
        step.detail = "nothing to fetch"
        if not fetched.nothing_configured:
            step.detail = ", ".join(f"{count} {what}" for what, count in fetched.figures.items())


def _is_due_again(run: Run) -> bool:
    return _lacks_bills(run, asked_before=timedelta(minutes=30))


def _lacks_bills(run: Run, asked_before: timedelta = timedelta(0)) -> bool:
    """Tell whether the last fetching left something, and is so long ago. A platform must not be asked all the time."""
    row = run.connection.execute(
        "select coalesce((figures ->> 'not_ready')::int, 0) + coalesce((figures ->> 'failed')::int, 0) > 0"
        " and started_at <= now() - %s from ops.run_steps where run_id = %s and step = 'fetch'"
        " order by started_at desc limit 1",
        (asked_before, run.run_id),
    ).fetchone()
    return bool(row and row[0])


def _may_come(settings: Settings, day: date) -> bool:
    over = datetime(day.year, day.month, day.day, tzinfo=SHANGHAI) + timedelta(days=1, hours=settings.wait_hours)
    return datetime.now(tz=SHANGHAI) < over

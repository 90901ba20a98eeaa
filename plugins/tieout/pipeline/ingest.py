"""One source's business day, task by task: land until it has come, gate it, say what came. For the ingest DAGs."""

import csv
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta, timezone

from tieout import fetching, landing, warehouse
from tieout.core.settings import Settings
from tieout.dbt import seeds
from tieout.landing import Expected
from tieout.pipeline import runs, steps
from tieout.pipeline.bookkeeping import Progress
from tieout.quality import Verdict
from tieout.quality.results import verdict_of

_SHANGHAI = timezone(timedelta(hours=8))


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


def fetch(settings: Settings, source: str, day: date, run_id: str, progress: Progress) -> bool:
    """Fetch what the source's API has of the day; tell whether to ask again later. Raises TieoutError."""
    with runs.open_ingest(settings, source, day, run_id, progress) as run, run.step("fetch") as step:
        try:
            fetched = fetching.fetch(settings, source, day, run.tell("fetch"))
        except fetching.IncompleteError as error:
            step.figures = error.fetched.figures
            raise
        step.figures = fetched.figures
        step.detail = "nothing to fetch"
        if not fetched.nothing_configured:
            step.detail = ", ".join(f"{count} {what}" for what, count in fetched.figures.items())
        return not fetched.is_complete and _may_come(settings, day)


def land(settings: Settings, source: str, day: date, run_id: str, progress: Progress) -> Landed:
    """Land what the source has delivered, and look whether all is there that its schedules expect of the day."""
    with runs.open_ingest(settings, source, day, run_id, progress) as run:
        result = steps.land(settings, run, source=source)
        missing = tuple(map(str, landing.find_missing(settings, expected(settings, source, day), day)))
        for finding in result.quarantined:
            progress("land", f"refused: {finding.stream}: {finding.message}")
        rows = sum(batch.row_count for batch in result.new)
        if missing:
            progress("land", f"not here yet: {', '.join(missing)}")
        waiting = bool(missing) and _may_come(settings, day)
        return Landed(len(result.new), len(result.known), len(result.quarantined), rows, missing, waiting)


def gate(settings: Settings, source: str, day: date, run_id: str, progress: Progress) -> Verdict:
    """Check what the source has delivered since the last load; `failed` keeps a stream of it out of the next one."""
    with runs.open_ingest(settings, source, day, run_id, progress) as run:
        landed = [batch for batch in landing.batches(settings) if batch.source == source]
        _, results = steps.gate_landed(settings, run, landed)
        for result in results:
            if not result.success:
                progress("gate raw", f"{result.severity}: {result.subject} {result.rule}: {result.detail}")
        verdict = verdict_of(results)
        run.finish("held" if verdict == "failed" else "landed", verdict)
    return verdict


def summarise(settings: Settings, source: str, day: date, run_id: str) -> dict[str, object]:
    """Say what an ingest came to: its rows and deliveries not yet in raw, verdict, and what is still missing."""
    missing = landing.find_missing(settings, expected(settings, source, day), day)
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


def _may_come(settings: Settings, day: date) -> bool:
    over = datetime(day.year, day.month, day.day, tzinfo=_SHANGHAI) + timedelta(days=1, hours=settings.wait_hours)
    return datetime.now(tz=_SHANGHAI) < over

"""A business day tied out task by task, each repeatable and killable by itself. What the reconcile DAG calls."""

from datetime import date

from tieout import landing, warehouse
from tieout.alerts import Urls
from tieout.core.errors import TieoutError
from tieout.core.settings import Settings
from tieout.pipeline import runs, steps
from tieout.pipeline.bookkeeping import Progress
from tieout.quality import Verdict
from tieout.warehouse.publication import last_publication


def load(settings: Settings, day: date, run_id: str, progress: Progress) -> dict[str, object]:
    """Open the run and load what was landed; it goes on as of the day, or of the latest published one if that is later.

    Gives as_of, deliveries, rows and the streams that the gate held back, as JSON can hold them.
    """
    with runs.open_run(settings, day, progress, run_id, forward=True) as run:
        loading = steps.load(settings, run)
        held = ["/".join(stream) for stream in loading.held]
        for stream in held:
            progress("load", f"held back by the gate: {stream}")
        return {"as_of": run.as_of.isoformat(), "deliveries": loading.batches, "rows": loading.rows, "held": held}


def build(settings: Settings, layer: str, run_id: str, progress: Progress) -> None:
    """Build one of dbt.LAYERS; after the last one the candidate is laid out."""
    with runs.join_run(settings, run_id, progress) as run:
        steps.build(settings, run, layer)
        if layer == "marts":
            steps.stage(settings, run)


def gate(settings: Settings, run_id: str, progress: Progress) -> Verdict:
    """Check the candidate; `failed` withholds publication."""
    with runs.join_run(settings, run_id, progress) as run:
        return steps.gate(settings, run)


def publish(settings: Settings, run_id: str, progress: Progress) -> dict[str, object]:
    """Publish the candidate; give as_of, verdict, publication_id. Raises TieoutError when it did not pass its gate."""
    with runs.join_run(settings, run_id, progress) as run:
        made = steps.publish(run, steps.last_verdict(run))
        return {"as_of": made.as_of.isoformat(), "verdict": made.verdict, "publication_id": made.publication_id}


def has_begun(settings: Settings, day: date) -> bool:
    """Tell whether a run as of the day, or of a later one, was begun."""
    with warehouse.connect(settings) as connection:
        warehouse.prepare(connection)
        row = connection.execute("select from ops.runs where kind = 'day' and as_of >= %s limit 1", (day,)).fetchone()
        return row is not None


def tell_untold(settings: Settings, urls: Urls, progress: Progress) -> None:
    """Tell of the last run if nobody has since it ended (it was published by hand, or ended before it could tell)."""
    with warehouse.connect(settings) as connection:
        warehouse.prepare(connection)
        row = connection.execute(
            "select run_id from ops.runs as runs where kind = 'day' and outcome in ('published', 'withheld')"
            " and not exists (select from ops.run_steps as steps where steps.run_id = runs.run_id"
            " and steps.step = 'alert' and steps.started_at >= runs.finished_at)"
            " and not exists (select from ops.runs as later where later.kind = 'day'"
            " and later.finished_at > runs.finished_at) limit 1"
        ).fetchone()
    if row:
        with runs.revisit(settings, row[0], progress) as run:
            steps.alert(settings, run, urls)


def replay(settings: Settings, progress: Progress) -> str:
    """Read every landed file again with today's readers; give the date, in ISO, as of which to tie out again.

    Raises TieoutError when nothing was ever published, so that there is no such date.
    """
    for replayed in landing.replay(settings, lambda line: progress("replay", line)):
        progress("replay", str(replayed))
    with warehouse.connect(settings) as connection:
        warehouse.prepare(connection)
        last = last_publication(connection)
    if last is None:
        raise TieoutError("nothing has been published yet: run `tieout run --as-of DATE`, or reconcile with a date")
    return last.as_of.isoformat()

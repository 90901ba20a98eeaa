"""How a run is opened: as a whole, by single steps from a shell, or task by task from a scheduler."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from tieout import warehouse
from tieout.core.errors import TieoutError
from tieout.core.settings import Settings
from tieout.pipeline import bookkeeping
from tieout.pipeline.bookkeeping import Progress, Run
from tieout.warehouse.publication import last_publication


@contextmanager
def open_run(
    settings: Settings, as_of: date, progress: Progress, run_id: str | None = None, *, forward: bool = False
) -> Iterator[Run]:
    """Open the warehouse for a run as of a date, alone. Raises TieoutError when another run is at work.

    With `forward`, what is published never steps back: a day before the latest published one is done as of that one,
    with whatever has come for the earlier day by now.
    """
    with warehouse.connect(settings) as connection, warehouse.run_lock(connection):
        warehouse.prepare(connection)
        last = last_publication(connection) if forward else None
        chosen = max(as_of, last.as_of) if last else as_of
        with bookkeeping.record(connection, run_id or uuid.uuid4().hex, chosen, progress) as run:
            yield run


@contextmanager
def join_run(settings: Settings, run_id: str, progress: Progress) -> Iterator[Run]:
    """Go on with an opened run, alone. Raises TieoutError when there is none, or another has built since."""
    with warehouse.connect(settings) as connection, warehouse.run_lock(connection):
        row = connection.execute("select as_of from ops.runs where run_id = %s", (run_id,)).fetchone()
        if row is None:
            raise TieoutError(f"run {run_id} was never opened: start it from its load")
        with bookkeeping.record(connection, run_id, row[0], progress) as run:
            run.check_claim()
            yield run


@contextmanager
def resume_run(settings: Settings, progress: Progress) -> Iterator[Run]:
    """Go on with the run that built last. Raises TieoutError when there is none, or it did not get to its candidate."""
    with warehouse.connect(settings) as connection, warehouse.run_lock(connection):
        warehouse.prepare(connection)
        row = connection.execute(
            "select runs.run_id, runs.as_of from ops.runs as runs where runs.run_id = %s and exists ("
            "select from ops.run_steps as steps where steps.run_id = runs.run_id and steps.step = 'stage candidate')",
            (bookkeeping.last_claim(connection),),
        ).fetchone()
        if row is None:
            raise TieoutError("nothing has been built yet; run `tieout build --as-of DATE` first")
        yield Run(connection, row[0], row[1], progress)


@contextmanager
def revisit(settings: Settings, run_id: str, progress: Progress) -> Iterator[Run]:
    """Go back to a run whatever became of it, to tell of it; its outcome stays. Raises TieoutError if there is none."""
    with warehouse.connect(settings) as connection:
        row = connection.execute("select as_of from ops.runs where run_id = %s", (run_id,)).fetchone()
        if row is None:
            raise TieoutError(f"run {run_id} was never opened")
        yield Run(connection, run_id, row[0], progress)


@contextmanager
def open_ingest(settings: Settings, source: str, day: date, run_id: str, progress: Progress) -> Iterator[Run]:
    """Open or go on with the ingest of a source's business day; any number may be at work at once."""
    with warehouse.connect(settings) as connection:
        warehouse.prepare(connection)
        with bookkeeping.record(connection, run_id, day, progress, source) as run:
            yield run


def outcome_of(settings: Settings, run_id: str) -> str | None:
    """Give a run's outcome; None while it is unfinished, and where there is no such run."""
    with warehouse.connect(settings) as connection:
        warehouse.prepare(connection)
        row = connection.execute("select outcome from ops.runs where run_id = %s", (run_id,)).fetchone()
        return row[0] if row else None

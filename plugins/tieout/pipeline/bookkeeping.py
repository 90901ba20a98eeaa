"""What a run did and when, in `ops`: the only place where the clock has a say."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, Protocol

from tieout.core.errors import TieoutError
from tieout.warehouse import Connection

Outcome = Literal["published", "withheld", "built", "landed", "held", "failed"]
"""How a run ended; an ingest is landed, or held when the gate keeps a stream of it out."""


class Progress(Protocol):
    """Told of a run's steps, for a person who waits."""

    def __call__(self, step: str, doing: str) -> None:
        """Hear that a step begins (`doing` is empty) or what it is busy with."""

    def done(self, step: str, detail: str) -> None:
        """Hear that a step has ended, and what it has to say."""


class Silence:
    """Nobody waits."""

    def __call__(self, step: str, doing: str) -> None:
        """Say nothing."""

    def done(self, step: str, detail: str) -> None:
        """Say nothing."""


@dataclass
class Step:
    """One step of a run: `detail` is what it has to say when it ends, `figures` the same for programs."""

    name: str
    detail: str = ""
    seconds: float = 0.0
    figures: dict[str, object] = field(default_factory=dict)


@dataclass
class Run:
    """A run in progress, or one task's part of it, and a record of each step as it ends."""

    connection: Connection
    run_id: str
    as_of: date
    progress: Progress
    steps: list[Step] = field(default_factory=list)

    @contextmanager
    def step(self, name: str) -> Iterator[Step]:
        """Time a step and keep it in ops.run_steps, also when it fails."""
        self.progress(name, "")
        step = Step(name)
        begun = time.monotonic()
        try:
            yield step
        except BaseException as error:
            step.detail = f"failed: {error}"
            raise
        finally:
            step.seconds = time.monotonic() - begun
            self.steps.append(step)
            if not self.connection.closed:
                self.connection.execute(
                    "insert into ops.run_steps (run_id, step, started_at, seconds, detail, figures)"
                    " values (%s, %s, now() - make_interval(secs => %s), %s, %s, %s)",
                    (self.run_id, name, step.seconds, round(step.seconds, 3), step.detail, json.dumps(step.figures)),
                )
        self.progress.done(name, step.detail)

    def tell(self, step: str) -> Callable[[str], None]:
        """Give a callback that reports what a step is busy with."""
        return lambda doing: self.progress(step, doing)

    def claim(self) -> None:
        """Take what stands between raw and candidate for this run: no other run may build upon it from here on."""
        self.connection.execute("insert into ops.build_claims (run_id) values (%s)", (self.run_id,))

    def check_claim(self) -> None:
        """Raise TieoutError when another run has begun to build since this one did."""
        if last_claim(self.connection) != self.run_id:
            raise TieoutError(
                "another run has begun to build since, and two must not be mixed: start this one again from its load"
            )

    def finish(self, outcome: Outcome, detail: str) -> None:
        """Close the run with its outcome."""
        self.connection.execute(
            "update ops.runs set finished_at = now(), outcome = %s, detail = %s where run_id = %s",
            (outcome, detail, self.run_id),
        )


def last_claim(connection: Connection) -> str | None:
    """Name the run whose tables stand between raw and candidate."""
    row = connection.execute("select run_id from ops.build_claims order by claim_id desc limit 1").fetchone()
    return str(row[0]) if row else None


@contextmanager
def record(
    connection: Connection, run_id: str, as_of: date, progress: Progress, source: str | None = None
) -> Iterator[Run]:
    """Open a run in ops.runs (of one source: an ingest), or go on with it; a failure is recorded and raised again.

    A run that goes on is unfinished again, and has the given `as_of` from then on.
    """
    run = Run(connection, run_id, as_of, progress)
    connection.execute(
        "insert into ops.runs (run_id, as_of, started_at, kind, source) values (%s, %s, now(), %s, %s)"
        " on conflict (run_id) do update set as_of = excluded.as_of, finished_at = null, outcome = null, detail = null",
        (run_id, as_of, "ingest" if source else "day", source),
    )
    try:
        yield run
    except BaseException as error:
        if not connection.closed:
            run.finish("failed", str(error))
        raise

"""What a run did and when, in `ops`: the only place where the clock has a say."""

import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from tieout.warehouse import Connection


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
    """One step of a run; `detail` is what it has to say when it ends."""

    name: str
    detail: str = ""
    seconds: float = 0.0


@dataclass
class Run:
    """A run in progress: its id, and a record of each step as it ends."""

    connection: Connection
    as_of: date
    progress: Progress
    run_id: str = field(default_factory=lambda: uuid.uuid4().hex)
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
                    "insert into ops.run_steps (run_id, step, started_at, seconds, detail)"
                    " values (%s, %s, now() - make_interval(secs => %s), %s, %s)",
                    (self.run_id, name, step.seconds, round(step.seconds, 3), step.detail),
                )
        self.progress.done(name, step.detail)

    def tell(self, step: str) -> Callable[[str], None]:
        """Give a callback that reports what a step is busy with."""
        return lambda doing: self.progress(step, doing)


@contextmanager
def record(connection: Connection, as_of: date, progress: Progress) -> Iterator[Run]:
    """Open a run in ops.runs; a failure is recorded with its message and raised again."""
    run = Run(connection, as_of, progress)
    connection.execute("insert into ops.runs (run_id, as_of, started_at) values (%s, %s, now())", (run.run_id, as_of))
    try:
        yield run
    except BaseException as error:
        if not connection.closed:
            finish(run, "failed", str(error))
        raise


def finish(run: Run, outcome: str, detail: str) -> None:
    """Close a run with its outcome: published, withheld or failed."""
    run.connection.execute(
        "update ops.runs set finished_at = now(), outcome = %s, detail = %s where run_id = %s",
        (outcome, detail, run.run_id),
    )

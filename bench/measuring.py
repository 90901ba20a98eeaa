"""One run of tieout in a process of its own: seconds of its steps and models, its memory, and PostgreSQL's beside it.

Seconds of a machine with other work beside it mean little; ratios of one run do. `python -m bench.measuring INBOX HOME
AS_OF` is the process; it prints what `measure` reads.
"""

import json
import os
import subprocess
import sys
import threading
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import get_args
from unittest import mock

from bench.side import peak_memory
from tieout import dbt
from tieout.core import settings as known
from tieout.core.settings import Settings
from tieout.pipeline import run_day
from tieout.warehouse import embedded

STAGES = {
    "land": ("land",), "load": ("gate raw", "load"), "build": ("build",),
    "gate and publish": ("stage candidate", "gate marts", "publish", "alert"),
}  # fmt: skip
"""The steps of a run, summed up."""


@dataclass(frozen=True)
class Run:
    """What a run took: seconds by stage and by model, bytes of tieout's own process and of PostgreSQL's together."""

    engine: str
    outcome: str
    rows: int
    stages: dict[str, float]
    models: dict[str, float]
    peak: int
    postgres_peak: int

    @property
    def seconds(self) -> float:
        """All stages together."""
        return sum(self.stages.values())


def engines() -> tuple[str, ...]:
    """The engines to measure: those of TIEOUT_ENGINE (with commas between), else all that tieout knows."""
    asked = os.environ.get("TIEOUT_ENGINE")
    return tuple(asked.split(",")) if asked else get_args(getattr(known, "Engine", None)) or ("postgres",)


def measure(inbox: Path, home: Path, as_of: date, engine: str) -> Run:
    """Tie an inbox out as of a day; PostgreSQL is the home's own and goes on running."""
    settings = Settings(home)
    command = [sys.executable, "-m", "bench.measuring", str(inbox), str(home), str(as_of)]
    with _Watch(settings) as watch:
        ran = subprocess.run(
            command, check=True, stdout=subprocess.PIPE, text=True, env=os.environ | {"TIEOUT_ENGINE": engine}
        )
    told = json.loads(ran.stdout.splitlines()[-1])
    steps = told["steps"]
    stages = {stage: sum(steps.get(step, 0.0) for step in parts) for stage, parts in STAGES.items()}
    return Run(engine, told["outcome"], told["rows"], stages, told["models"], told["peak"], watch.peak)


def seconds_of_leg(home: Path, run: Run, model: str) -> float:
    """The seconds of a model and of all models before it, one after another."""
    manifest = json.loads((Settings(home).dbt / "target" / "manifest.json").read_text(encoding="utf-8"))
    parents = manifest["parent_map"]
    wanted, seen = [f"model.tieout.{model}"], set[str]()
    while wanted:
        node = wanted.pop()
        if node not in seen:
            seen.add(node)
            wanted += [one for one in parents.get(node, ()) if one.startswith("model.")]
    return sum(seconds for node, seconds in run.models.items() if node in seen)


class _Watch:
    """Looks at the memory of a home's server and its processes, what they share counted once, twice a second."""

    def __init__(self, settings: Settings) -> None:
        self._settings, self._done, self.peak = settings, threading.Event(), 0
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> "_Watch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._done.wait(0.5):
            pid = embedded.status(self._settings)["pid"]
            if isinstance(pid, int):
                self.peak = max(self.peak, sum(map(_proportional, [pid, *_children(pid)])))


def _children(pid: int) -> list[int]:
    try:
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _proportional(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1_024 for line in lines if line.startswith("Pss:"))


def _run(inbox: Path, home: Path, as_of: date) -> None:
    models: dict[str, float] = {}
    build = dbt.build

    def keep(*arguments: object, **named: object) -> dbt.BuildResult:
        result = build(*arguments, **named)  # type: ignore[arg-type]
        models.update({node: round(seconds, 3) for node, seconds in result.seconds.items()})
        return result

    with mock.patch.object(dbt, "build", keep):
        result = run_day(Settings.load(home), as_of, inbox)
    told = {
        "outcome": result.outcome, "rows": sum(batch.row_count for batch in result.landed.new), "models": models,
        "steps": {step.name: step.seconds for step in result.steps},
        "peak": peak_memory(),
    }  # fmt: skip
    print(json.dumps(told))


if __name__ == "__main__":
    _run(Path(sys.argv[1]), Path(sys.argv[2]), date.fromisoformat(sys.argv[3]))

"""A business day from inbox to publication: what `tieout run` does."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from tieout import alerts
from tieout.core.settings import Settings
from tieout.landing import LandingResult
from tieout.pipeline import runs, steps
from tieout.pipeline.bookkeeping import Progress, Silence, Step
from tieout.quality import Verdict


@dataclass(frozen=True)
class DayResult:
    """What became of a day; `withheld` means that readers keep the last version that passed."""

    run_id: str
    as_of: date
    outcome: Literal["published", "withheld"]
    verdict: Verdict
    landed: LandingResult
    held: tuple[tuple[str, str], ...]
    steps: tuple[Step, ...]

    def to_dict(self) -> dict[str, object]:
        """The result as JSON can hold it: what was landed, refused, held, how long each step took."""
        return {
            "run_id": self.run_id,
            "as_of": self.as_of.isoformat(),
            "outcome": self.outcome,
            "verdict": self.verdict,
            "landed": {"new": len(self.landed.new), "known": len(self.landed.known)},
            "refused": [
                {"source": one.source, "stream": one.stream, "file": one.file_name, "message": one.message}
                for one in self.landed.quarantined
            ],
            "ignored": [{"path": str(path), "why": why} for path, why in self.landed.ignored],
            "held": [f"{source}/{stream}" for source, stream in self.held],
            "steps": [{"step": one.name, "seconds": round(one.seconds, 3), "detail": one.detail} for one in self.steps],
        }


def run_day(settings: Settings, as_of: date, inbox: Path | None = None, progress: Progress | None = None) -> DayResult:
    """Land, load, build, gate and publish as of a date. Killed anywhere and run again, the result is the same.

    Raises TieoutError when a step fails or another run is at work; what is published stays as it was.
    """
    with runs.open_run(settings, as_of, progress or Silence()) as run:
        try:
            landed = steps.land(settings, run, inbox)
            loading = steps.load(settings, run)
            steps.build(settings, run)
            steps.stage(settings, run)
            verdict = steps.gate(settings, run)
            if verdict != "failed":
                steps.publish(run, verdict)
        except Exception as error:
            # Who cannot be told of a failure must still see it here.
            with suppress(Exception):
                alerts.tell_failure(settings, "run", as_of, run.steps[-1].name if run.steps else "", str(error))
            raise
        steps.alert(settings, run)
    outcome: Literal["published", "withheld"] = "withheld" if verdict == "failed" else "published"
    return DayResult(run.run_id, as_of, outcome, verdict, landed, loading.held, tuple(run.steps))

"""The day: run, and its single steps."""

import json
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tieout.cli import options
from tieout.cli.screen import Progress
from tieout.core.settings import Settings

if TYPE_CHECKING:
    from tieout.landing import LandingResult

_WITHHELD = 3


@click.command()
@options.as_of
@options.home
@options.inbox
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")
def run(as_of: date, settings: Settings, inbox: Path | None, as_json: bool) -> None:
    """Land, load, build, gate and publish as of a date. Safe to repeat and to kill.

    Exit code 0: published. 1: failed. 3: withheld by a gate, readers keep the last version that passed.
    """
    from tieout.pipeline import run_day

    with Progress(enabled=not as_json) as progress:
        result = run_day(settings, as_of, inbox, progress)
    if as_json:
        click.echo(json.dumps(result.to_dict(), ensure_ascii=False, indent=2))
    else:
        _tell_what_stayed_out(result.landed)
        for source, stream in result.held:
            click.echo(f"held back by the gate: {source}/{stream} (see `tieout docs`)")
        click.echo(f"{result.outcome} as of {as_of} ({result.verdict}), run {result.run_id}")
    sys.exit(_WITHHELD if result.outcome == "withheld" else 0)


@click.command()
@options.home
@options.inbox
@click.option("--source", help="Only this source's folder.")
def land(settings: Settings, inbox: Path | None, source: str | None) -> None:
    """Land what lies in the inbox; nothing is loaded or built."""
    from tieout import landing

    if inbox is None:
        settings.inbox.mkdir(parents=True, exist_ok=True)
    result = landing.land(settings, inbox, click.echo, source)
    click.echo(f"{len(result.new)} new, {len(result.known)} known, {len(result.quarantined)} refused")
    _tell_what_stayed_out(result)


def _tell_what_stayed_out(landed: "LandingResult") -> None:
    for finding in landed.quarantined:
        click.echo(f"refused: {finding.source}/{finding.stream}: {finding.message}")
    for path, why in landed.ignored:
        click.echo(f"ignored: {path}: {why}")


@click.command()
@options.as_of
@options.home
@click.option("--full", is_flag=True, help="Build everything anew instead of what has changed.")
def build(as_of: date, settings: Settings, full: bool) -> None:
    """Load what was landed (behind its gate) and build all models as of a date, up to the candidate.

    Only what new deliveries and the date can have changed is made anew; the result is the same with --full.
    """
    from tieout.pipeline import runs, steps

    with Progress() as progress, runs.open_run(settings, as_of, progress) as run:
        steps.load(settings, run)
        steps.build(settings, run, full=full)
        steps.stage(settings, run)
        run.finish("built", "single steps")


@click.command()
@options.home
def gate(settings: Settings) -> None:
    """Check the candidate that was built last; exit code 3 when it may not be published."""
    from tieout.pipeline import runs, steps

    with Progress() as progress, runs.resume_run(settings, progress) as run:
        verdict = steps.gate(settings, run)
    click.echo(f"the candidate as of {run.as_of}: {verdict}")
    sys.exit(_WITHHELD if verdict == "failed" else 0)


@click.command()
@options.home
def publish(settings: Settings) -> None:
    """Publish the candidate that was gated last; exit code 3 when its gate failed."""
    from tieout.pipeline import runs, steps

    with Progress() as progress, runs.resume_run(settings, progress) as run:
        verdict = steps.last_verdict(run)
        if verdict != "failed":
            steps.publish(run, verdict)
    click.echo(f"{'withheld' if verdict == 'failed' else 'published'} as of {run.as_of} ({verdict})")
    sys.exit(_WITHHELD if verdict == "failed" else 0)


@click.command()
@options.home
def replay(settings: Settings) -> None:
    """Read every landed file again with today's readers, after a reader was mended."""
    from tieout import landing

    for replayed in landing.replay(settings, click.echo):
        click.echo(str(replayed))


COMMANDS = (run, land, build, gate, publish, replay)

"""The world: writing it, scoring against its answer key, and the demo of a whole month."""

import os
import sys
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import click

from tieout.cli import options
from tieout.cli.screen import Progress, show
from tieout.cli.views import show_overview
from tieout.core.errors import TieoutError
from tieout.core.settings import Settings
from tieout.reports import overview
from tieout.reports.table import Table, query_published

_MONTH_END = date(2026, 5, 31)


@click.command("world")
@click.option("--orders", default=5000, show_default=True, help="Orders in all.")
@click.option("--days", default=31, show_default=True, help="Days, from 2026-05-01.")
@click.option("--seed", default=1, show_default=True, help="The same seed gives the same bytes.")
@click.option("--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="A home folder to fill.")
def write_world(orders: int, days: int, seed: int, out: Path) -> None:
    """Write a made-up merchant's month in real file formats, with the answer key truth.csv."""
    from tieout import world

    summary = world.write(orders, days, seed, out)
    click.echo(str(summary))


@click.command()
@click.option("--truth", required=True, type=click.Path(path_type=Path, dir_okay=False, exists=True))
@options.home
def score(truth: Path, settings: Settings) -> None:
    """Score what is published against an answer key: precision and recall per code. Exit code 1 below 1.0."""
    sys.exit(0 if _score(settings, truth) else 1)


@click.command()
@click.option("--orders", default=5000, show_default=True, help="Orders in the month.")
@click.option("--seed", default=1, show_default=True, help="Another seed is another merchant.")
@options.home
def demo(orders: int, seed: int, settings: Settings) -> None:
    """Tie out a made-up merchant's month, as of several days, and score the result against its answer key.

    Everything stays below the home folder. Run again, the same month is landed (everything is known by then) and built
    anew; remove the folder for another one.
    """
    truth = settings.home / "truth.csv"
    last = _write_month(settings, orders, seed) if not truth.exists() else _MONTH_END
    before = _Shown(set(), set(), set())
    for as_of in (last - timedelta(days=days) for days in (21, 14, 7, 0)):
        click.echo(f"\nAs of {as_of} 截至 {as_of}")
        before = _run_as_of(settings, as_of, before)
    show_overview(overview(settings), everything=True)
    perfect = _score(settings, truth)
    tieout, home = os.path.relpath(sys.argv[0]), os.path.relpath(settings.home)
    click.echo(
        f"""
Look further 继续查看:
  {tieout} status --home {home}
  {tieout} query --home {home} "select code, order_id, difference_amount, explanation_zh from exceptions limit 20"
  {tieout} explain --home {home} ID     an order, refund, payout, bank line or exception, across all systems
  {tieout} docs --home {home}           the gates' results as a page
  {tieout} warehouse psql --home {home} --reader
  {tieout} warehouse stop --home {home}   the warehouse goes on running until then"""
    )
    sys.exit(0 if perfect else 1)


@dataclass(frozen=True)
class _Shown:
    """What a person was shown at a date: the ids of exceptions, of pending items, of refused deliveries."""

    exceptions: set[str]
    pending: set[str]
    refused: set[str]


def _write_month(settings: Settings, orders: int, seed: int) -> date:
    from tieout import world

    with click.progressbar(length=31, label=f"Writing a month of {orders} orders") as bar:
        summary = world.write(orders, 31, seed, settings.home, lambda day, _days: bar.update(day - bar.pos))
    return summary.last


def _run_as_of(settings: Settings, as_of: date, before: _Shown) -> _Shown:
    from tieout.pipeline import run_day

    with Progress() as progress:
        result = run_day(settings, as_of, None, progress)
    for finding in result.landed.quarantined:
        if finding.finding_id not in before.refused:
            click.echo(f"  refused: {finding.source}/{finding.stream}: {finding.message}")
    if result.outcome == "withheld":
        raise TieoutError(f"publication as of {as_of} was withheld by a gate; see `tieout docs --home {settings.home}`")
    now = _Shown(
        {row[0] for row in query_published(settings, "select exception_id from exceptions").rows},
        {row[0] for row in query_published(settings, "select exception_id from pending_items").rows},
        {finding.finding_id for finding in result.landed.quarantined},
    )
    fell_due = before.pending & now.exceptions
    cleared = before.pending - now.exceptions - now.pending
    click.echo(
        f"  {len(now.exceptions)} exceptions ({len(now.exceptions - before.exceptions)} new,"
        f" {len(before.exceptions - now.exceptions)} cleared), {len(now.pending)} pending;"
        f" of the {len(before.pending)} pending before, {len(cleared)} cleared and {len(fell_due)} fell due"
    )
    return now


def _score(settings: Settings, truth: Path) -> bool:
    from tieout import world

    as_of: date = query_published(settings, "select as_of from publication order by publication_id desc limit 1").rows[
        0
    ][0]
    answer = query_published(settings, "select * from exceptions")
    reported = [
        {name: "" if cell is None else str(cell) for name, cell in zip(answer.columns, row, strict=True)}
        for row in answer.rows
    ]
    result = world.score(truth, reported, as_of)
    header, *rows = result.table()
    show(Table(tuple(header), [tuple(row) for row in rows]), f"Score against the answer key as of {as_of} 评分")
    for row in result.misses:
        click.echo(f"missed: {row['code']} {row['entity_type']} {row['entity_id']}: {row['note']}")
    for row in result.false:
        click.echo(f"false: {row['code']} {row['entity_type']} {row['entity_id']}: {row['why']}")
    return result.is_perfect


COMMANDS = (demo, write_world, score)

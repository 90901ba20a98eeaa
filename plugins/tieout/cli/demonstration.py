"""The world: writing it, scoring against its answer key, and the demo of a whole month."""

import sys
from datetime import date, timedelta
from pathlib import Path

import click

from tieout.cli import options
from tieout.cli.screen import Progress, show
from tieout.cli.views import show_overview
from tieout.core.settings import Settings


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


def _score(settings: Settings, truth: Path) -> bool:
    from tieout import world
    from tieout.reports.table import Table, query_published

    as_of: date = query_published(
        settings, "select as_of from publication order by publication_id desc limit 1"
    ).rows[0][0]
    answer = query_published(settings, "select * from exceptions")
    reported = [
        {name: "" if cell is None else str(cell) for name, cell in zip(answer.columns, row, strict=True)}
        for row in answer.rows
    ]
    result = world.score(truth, reported, as_of)
    header, *rows = result.table()
    show(Table(tuple(header), [tuple(row) for row in rows]), f"Score against the answer key as of {as_of} 评分")
    return result.is_perfect


COMMANDS = (write_world, score)

"""Fetching bills from the channels' APIs."""

import sys
from datetime import date

import click

from tieout.cli import options
from tieout.core.settings import Settings

_NOT_READY = 1


def _to_source(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    from tieout.sources import SOURCES

    if value not in SOURCES:
        raise click.BadParameter(f"'{value}' is not one of {', '.join(sorted(SOURCES))}.")
    return value


@click.command()
@click.argument("source", callback=_to_source)
@click.option(
    "--date",
    "day",
    required=True,
    type=click.DateTime(["%Y-%m-%d"]),
    callback=options.to_date,
    metavar="DATE",
    help="Business date whose bills are fetched (Asia/Shanghai), YYYY-MM-DD.",
)
@click.option("--again", is_flag=True, help="Ask also for bills that are there; a changed one is put beside the first.")
@options.home
def fetch(source: str, day: date, again: bool, settings: Settings) -> None:
    """Fetch a business date's bills of SOURCE (alipay, wechat) into the inbox. Safe to repeat and to kill.

    Exit code 0: all there, or nothing is configured. 1: failed, or the platform has not made them yet.
    """
    from tieout import fetching

    fetched = fetching.fetch(settings, source, day, click.echo, again=again)
    if fetched.nothing_configured:
        return
    click.echo(
        f"{source} for {day}: {len(fetched.written)} fetched, {len(fetched.known)} there already, "
        f"{len(fetched.empty)} confirmed empty, {len(fetched.not_ready)} not ready yet"
    )
    if not fetched.is_complete:
        click.echo("not ready yet: run the same command again later")
        sys.exit(_NOT_READY)


COMMANDS = (fetch,)

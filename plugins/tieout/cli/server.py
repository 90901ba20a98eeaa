"""The warehouse: start, stop, status, url, psql."""

import os
import subprocess
import sys

import click

from tieout import warehouse
from tieout.cli import options
from tieout.core.settings import Settings


@click.group("warehouse")
def warehouse_group() -> None:
    """The PostgreSQL that holds everything: embedded, or the server of TIEOUT_WAREHOUSE_URL."""


@warehouse_group.command()
@options.home
def start(settings: Settings) -> None:
    """Start the embedded server; it goes on when this command ends."""
    warehouse.start(settings)
    click.echo("the warehouse is running")


@warehouse_group.command()
@options.home
def stop(settings: Settings) -> None:
    """Stop the embedded server."""
    click.echo("stopped" if warehouse.stop(settings) else "it was not running")


@warehouse_group.command("status")
@options.home
def server_status(settings: Settings) -> None:
    """Show whether it runs, where, and how much it holds. Exit code 1 when it does not run."""
    facts = warehouse.status(settings)
    for name, value in facts.items():
        if value is not None:
            click.echo(f"{name:<8} {value}")
    sys.exit(0 if facts["running"] else 1)


@warehouse_group.command()
@options.home
@click.option("--reader", is_flag=True, help="The role that BI tools use: reads `published` and nothing else.")
def url(settings: Settings, reader: bool) -> None:
    """Print the connection URL, password included."""
    click.echo(warehouse.url(settings, "reader" if reader else "owner"))


@warehouse_group.command()
@options.home
@click.option("--reader", is_flag=True, help="As tieout_reader.")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def psql(settings: Settings, reader: bool, arguments: tuple[str, ...]) -> None:
    """Open psql on the warehouse; what follows `--` is given to it."""
    command, environment = warehouse.psql_command(settings, "reader" if reader else "owner")
    sys.exit(subprocess.run([*command, *arguments], env=os.environ | environment, check=False).returncode)


COMMANDS = (warehouse_group,)

"""The command's entry: groups the commands, and turns errors that are written for people into exit code 1."""

import sys

import click
import psycopg

from tieout.cli import alerts, backup, bridge, claim, daily, demonstration, fetch, server, views
from tieout.core.errors import TieoutError


class _Group(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order in which a newcomer needs them, not by letter."""
        return list(self.commands)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="tieout", message="tieout %(version)s")
def cli() -> None:
    """Tie out an e-commerce merchant's money, item by item: 电商资金逐笔对账。

    Files go into inbox/<source>/<stream>/ below the home folder; `tieout run --as-of DATE` lands, proves, matches,
    checks and publishes them; `tieout status`, `query` and `explain` show what does not agree, why, whose job it is,
    and until when.
    """


for command in (
    *daily.COMMANDS,
    *fetch.COMMANDS,
    *views.COMMANDS,
    *bridge.COMMANDS,
    *claim.COMMANDS,
    *alerts.COMMANDS,
    *backup.COMMANDS,
    *demonstration.COMMANDS,
    *server.COMMANDS,
):
    cli.add_command(command)


def main() -> None:
    """Run the command line. Exit codes: 0 done, 1 failed, 2 bad usage, 3 publication withheld by a gate."""
    try:
        cli()
    except TieoutError as error:
        _fail(str(error))
    # A full disk, a server that went away: nobody's bad input, and nothing a traceback would help with.
    except psycopg.OperationalError as error:
        said = " ".join(str(error).split())
        _fail(f"The warehouse could not go on: {said}. Mend that and repeat the command; what is published has stayed.")


def _fail(message: str) -> None:
    click.echo(f"tieout: {message}", err=True)
    sys.exit(1)

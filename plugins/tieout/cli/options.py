"""Options that several commands share."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from tieout.core.settings import Settings

Command = Callable[..., Any]


def _to_settings(_context: click.Context, _parameter: click.Parameter, value: Path | None) -> Settings:
    return Settings.load(value)


def to_date(_context: click.Context, _parameter: click.Parameter, value: datetime) -> date:
    """Make a date of what click parsed."""
    return value.date()


def home(command: Command) -> Command:
    """Add --home; the command receives `settings`."""
    return click.option(
        "--home",
        "settings",
        type=click.Path(path_type=Path, file_okay=False),
        callback=_to_settings,
        help="Home folder (default: TIEOUT_HOME, else .tieout).",
    )(command)


def as_of(command: Command) -> Command:
    """Add --as-of, the last business date whose data is complete; the command receives a date."""
    return click.option(
        "--as-of",
        required=True,
        type=click.DateTime(["%Y-%m-%d"]),
        callback=to_date,
        metavar="DATE",
        help="Last business date whose data is complete (Asia/Shanghai), YYYY-MM-DD.",
    )(command)


def inbox(command: Command) -> Command:
    """Add --inbox; the command receives a folder or None."""
    return click.option(
        "--inbox",
        type=click.Path(path_type=Path, file_okay=False, exists=True),
        help="Folder with <source>/<stream>/ files (default: inbox in the home folder).",
    )(command)

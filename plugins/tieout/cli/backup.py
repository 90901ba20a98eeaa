"""Backup and restore."""

from pathlib import Path

import click

from tieout.cli import options
from tieout.core.settings import Settings


@click.command()
@options.home
@click.option(
    "--to",
    "folder",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the archive, on another disk than the home folder.",
)
@click.option("--keep", type=click.IntRange(min=1), help="Remove older complete backups of this home beyond so many.")
def backup(settings: Settings, folder: Path, keep: int | None) -> None:
    """Write what cannot be made again into one archive: what arrived, configuration, history, decisions.

    Readers are not disturbed; a run that is at work has to end first.
    """
    from tieout.backup import backup as take

    made = take(settings, folder, click.echo, keep=keep)
    for path in made.removed:
        click.echo(f"removed: {path}")
    shown = f"published as of {made.as_of}" if made.as_of else "nothing published yet"
    click.echo(f"{made.path}: {made.members} files, {made.size / 1_000_000:.1f} MB, {shown}")


@click.command()
@click.argument("archive", type=click.Path(path_type=Path, dir_okay=False))
@options.home
def restore(archive: Path, settings: Settings) -> None:
    """Restore a backup into an empty home folder and its warehouse.

    Restore only archives of your own: the database part is executed.
    """
    from tieout.backup import restore as put_back

    manifest = put_back(settings, archive, click.echo)
    shown = f"published as of {manifest.as_of}" if manifest.as_of else "nothing published"
    click.echo(f"{settings.home}: restored the backup of {manifest.taken_at}, {shown}")


COMMANDS = (backup, restore)

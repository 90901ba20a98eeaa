"""Restoring a backup into an empty home: everything is verified before anything is put in place."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tieout import warehouse
from tieout.backup import archive, dump, exclusive
from tieout.backup.archive import FOLDERS, Manifest
from tieout.core.errors import TieoutError
from tieout.core.settings import Settings
from tieout.landing.folders import LOCKS, Progress
from tieout.warehouse import embedded
from tieout.warehouse.migration import read_migrations

_WORK = ".restore.part"


def restore(settings: Settings, path: Path, progress: Progress | None = None) -> Manifest:
    """Restore an archive into a home that holds nothing yet, and into its warehouse; give the archive's manifest.

    The embedded server gets new passwords. Raises TieoutError, with home and warehouse as empty as before: the home or
    the database is in use, the archive is damaged, or of a later version of tieout.
    """
    say = progress or (lambda _: None)
    try:
        with _working(settings) as work:
            say("verifying the archive")
            manifest = archive.extract(path, work)
            _check_version(path, manifest)
            say("restoring the warehouse")
            try:
                with warehouse.connect(settings) as connection, warehouse.run_lock(connection):
                    dump.load(settings, connection, work / archive.DUMP, manifest.migration_version)
            except BaseException:
                _remove_warehouse(settings)
                raise
            say("putting the files in place")
            _put_in_place(settings, work / "home")
    except (OSError, psycopg.Error) as error:
        raise TieoutError(f"{path} could not be restored into {settings.home}: {error}.") from error
    return manifest


def _put_in_place(settings: Settings, made: Path) -> None:
    # Landing last: whoever finds it there finds everything.
    for name in reversed(FOLDERS):
        place = settings.home / name
        if not place.exists() and (made / name).exists():
            (made / name).rename(place)
            continue
        # An empty folder that is there may be a disk of its own.
        for path in sorted((made / name).rglob("*")):
            if path.is_file():
                target = place / path.relative_to(made / name)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.move(path, target)


def _check_version(path: Path, manifest: Manifest) -> None:
    known = read_migrations()[-1].version
    if manifest.migration_version > known:
        raise TieoutError(
            f"{path} was taken by tieout {manifest.tieout_version}, whose warehouse is at step "
            f"{manifest.migration_version:04}; this version knows {known:04}. Update tieout and restore with that."
        )


@contextmanager
def _working(settings: Settings) -> Iterator[Path]:
    with exclusive.held(settings.home, f"Another restore into {settings.home} is at work. Wait until it has finished."):
        work = settings.home / _WORK
        _check_empty(settings)
        if work.exists():
            # A restore was killed here: what it left of the embedded warehouse is its own.
            _remove_warehouse(settings)
            shutil.rmtree(work)
        if not settings.warehouse_url and settings.warehouse.exists():
            raise _in_use(settings.home, settings.warehouse)
        work.mkdir(mode=0o700)
        try:
            yield work
        finally:
            shutil.rmtree(work, ignore_errors=True)


def _check_empty(settings: Settings) -> None:
    for name in FOLDERS:
        for place, _, names in os.walk(settings.home / name):
            if found := [one for one in names if one not in LOCKS]:
                raise _in_use(settings.home, Path(place, found[0]))


def _in_use(home: Path, found: Path) -> TieoutError:
    return TieoutError(
        f"{home} is in use: there is {found}. A backup is restored into an empty home only; name a new folder with "
        "--home or TIEOUT_HOME."
    )


def _remove_warehouse(settings: Settings) -> None:
    if not settings.warehouse_url:
        embedded.remove(settings)

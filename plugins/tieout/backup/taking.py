"""Taking a backup: complete and verified under its name, or not there at all."""

import importlib.metadata
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from tieout import warehouse
from tieout.backup import archive, contents, dump, exclusive
from tieout.backup.archive import FORMAT_VERSION, Manifest, Member, Writer
from tieout.core.errors import TieoutError
from tieout.core.settings import Settings
from tieout.landing import folders
from tieout.landing.folders import Progress
from tieout.warehouse import Connection, publication

_WORK = ".backup.part"


@dataclass(frozen=True)
class Backup:
    """A finished backup: its file, size in bytes, number of members, and the older ones that it made superfluous."""

    path: Path
    as_of: date | None
    size: int
    members: int
    removed: tuple[Path, ...]


def backup(settings: Settings, folder: Path, progress: Progress | None = None, *, keep: int | None = None) -> Backup:
    """Write one archive of the home folder and the warehouse into `folder`, which is made if need be.

    Runs and landings have to wait meanwhile, readers do not. With `keep`, older complete backups of this home beyond
    that number are removed once the new one has been read back. Raises TieoutError, with the folder as it was: another
    run or backup is at work, nothing to back up yet, no space.
    """
    say = progress or (lambda _: None)
    folder = folder.resolve()
    _check(settings, folder, keep)
    try:
        with _working(folder) as work:
            made, manifest = _take(settings, work, say)
            say("reading it back")
            archive.verify(made)
            target = _name(folder, manifest)
            size = made.stat().st_size
            made.rename(target)
            _sync(folder)
        removed = _remove_older(folder, target, manifest.home, keep) if keep else ()
    except OSError as error:
        raise TieoutError(f"The backup in {folder} failed, there is none of it: {error}.") from error
    as_of = date.fromisoformat(manifest.as_of) if manifest.as_of else None
    return Backup(target, as_of, size, len(manifest.members), removed)


def _check(settings: Settings, folder: Path, keep: int | None) -> None:
    if keep is not None and keep < 1:
        raise TieoutError("At least one backup has to be kept.")
    if not settings.warehouse_url and not settings.warehouse.exists():
        raise TieoutError(f"There is nothing to back up in {settings.home}: no warehouse. Is it the right home?")
    for name in archive.FOLDERS:
        if folder.is_relative_to((settings.home / name).resolve()):
            raise TieoutError(f"{folder} is part of what is backed up. Choose a folder elsewhere, on another disk.")


def _take(settings: Settings, work: Path, say: Progress) -> tuple[Path, Manifest]:
    # The locks in a run's own order, so that neither waits for the other.
    with (
        warehouse.connect(settings) as connection,
        warehouse.run_lock(connection),
        folders.locked(settings, say),
    ):
        version = _read_version(connection)
        say("dumping the warehouse")
        dump.write(settings, connection, work / archive.DUMP)
        say("copying the home folder")
        made = work / "archive.tar"
        writer = Writer(made)
        for name, path in contents.files(settings, say):
            try:
                writer.add(name, path)
            except FileNotFoundError:
                if not path.is_relative_to(settings.inbox):
                    raise
                say(f"left out: {path} was taken out of the inbox meanwhile")
        writer.add(archive.DUMP, work / archive.DUMP)
        last = publication.last_publication(connection)
        row = connection.execute("select now()").fetchone()
        taken_at: datetime = row[0] if row else datetime.now(UTC)

        def describe(members: tuple[Member, ...]) -> Manifest:
            return Manifest(
                FORMAT_VERSION,
                importlib.metadata.version("tieout"),
                version,
                taken_at.astimezone(UTC).isoformat(timespec="seconds"),
                last.as_of.isoformat() if last else None,
                str(settings.home),
                members,
            )

        return made, writer.close(describe)


def _read_version(connection: Connection) -> int:
    row = connection.execute("select to_regclass('ops.migrations')").fetchone()
    if row is None or row[0] is None:
        raise TieoutError("There is nothing to back up: this warehouse has never been prepared. Is it the right one?")
    last = connection.execute("select max(version) from ops.migrations").fetchone()
    return int(last[0]) if last and last[0] else 0


@contextmanager
def _working(folder: Path) -> Iterator[Path]:
    """Give a folder of one's own to write in, on the disk where the backup goes; a killed backup's is cleared away."""
    with exclusive.held(folder, f"Another backup is being written to {folder}. Wait until it has finished."):
        work = folder / _WORK
        if work.exists():
            shutil.rmtree(work)
        work.mkdir(mode=0o700)
        try:
            yield work
        finally:
            shutil.rmtree(work, ignore_errors=True)


def _name(folder: Path, manifest: Manifest) -> Path:
    taken_at = datetime.fromisoformat(manifest.taken_at)
    while True:
        target = folder / f"tieout-{taken_at:%Y%m%dT%H%M%SZ}.tar"
        if not target.exists():
            return target
        # Two within a second; the manifest has the true time.
        taken_at += timedelta(seconds=1)


def _remove_older(folder: Path, newest: Path, home: str, keep: int) -> tuple[Path, ...]:
    complete = []
    for path in sorted(folder.glob("tieout-*.tar"), reverse=True):
        try:
            if path != newest and archive.read_manifest(path).home == home:
                complete.append(path)
        except TieoutError:
            # Not complete, so it is no backup that could be counted; whose it is nobody knows.
            continue
    removed = tuple(complete[keep - 1 :])
    for path in removed:
        path.unlink()
    return removed


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

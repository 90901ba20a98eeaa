"""The warehouse's own tables, brought up to date step by step; a step that was taken is never changed."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tieout.core.errors import TieoutError
from tieout.warehouse.connection import Connection

FOLDER = Path(__file__).parent / "migrations"

_LOCK = 7_433_689

_BOOKKEEPING = """
create schema if not exists ops;
create table if not exists ops.migrations (
    version integer primary key,
    name text not null,
    checksum text not null,
    applied_at timestamptz not null default now()
)
"""


@dataclass(frozen=True)
class Migration:
    """One step: `0001_foundation.sql` is version 1, named foundation."""

    version: int
    name: str
    sql: str

    @property
    def checksum(self) -> str:
        """The content's hash, the same however a checkout writes line ends."""
        return hashlib.sha256("\n".join(self.sql.splitlines()).encode()).hexdigest()


def read_migrations(folder: Path = FOLDER) -> list[Migration]:
    """Read the steps in their order."""
    files = sorted(folder.glob("[0-9][0-9][0-9][0-9]_*.sql"))
    return [Migration(int(path.stem[:4]), path.stem[5:], path.read_text(encoding="utf-8")) for path in files]


def migrate(connection: Connection, folder: Path = FOLDER) -> list[str]:
    """Take the steps that are missing, each in its own transaction; give their names.

    Raises TieoutError when a step that was taken differs from its file, when the database is ahead of this version
    of tieout, and when the login may not do what a step needs. What was taken before stays.
    """
    migrations = read_migrations(folder)
    taken: list[str] = []
    try:
        # A lock of the session, held over all the steps: a second process waits here and then finds nothing to do.
        connection.execute("select pg_advisory_lock(%s)", (_LOCK,))
        try:
            with connection.transaction():
                connection.execute(_BOOKKEEPING)
            applied = {
                row[0]: (row[1], row[2])
                for row in connection.execute("select version, name, checksum from ops.migrations")
            }
            _check(migrations, applied)
            for migration in migrations:
                if migration.version not in applied:
                    _take(connection, migration)
                    taken.append(migration.name)
        finally:
            connection.execute("select pg_advisory_unlock(%s)", (_LOCK,))
    except psycopg.errors.InsufficientPrivilege as error:
        raise TieoutError(
            f"The login '{connection.info.user}' may not prepare the warehouse: {str(error).splitlines()[0]}. It has "
            "to own the database (or hold CREATE on it) and needs CREATEROLE once; instead of CREATEROLE an "
            f"administrator can run: create role tieout_reader login; grant tieout_reader to {connection.info.user};"
        ) from error
    return taken


def _take(connection: Connection, migration: Migration) -> None:
    with connection.transaction():
        connection.execute(migration.sql.encode())
        connection.execute(
            "insert into ops.migrations (version, name, checksum) values (%s, %s, %s)",
            (migration.version, migration.name, migration.checksum),
        )


def _check(migrations: list[Migration], applied: dict[int, tuple[str, str]]) -> None:
    known = {migration.version: migration for migration in migrations}
    for version, (name, checksum) in sorted(applied.items()):
        if version not in known:
            raise TieoutError(
                f"The warehouse was brought to step {version:04} ({name}) by a later version of tieout. Update tieout."
            )
        if known[version].checksum != checksum:
            raise TieoutError(
                f"Migration {version:04}_{known[version].name}.sql was changed after it had been applied as '{name}'. "
                "Restore the file, and put the change into a new migration."
            )

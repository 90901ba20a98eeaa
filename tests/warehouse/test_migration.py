"""Migrations: once each, in order, all or nothing, and never changed afterwards."""

import shutil
from pathlib import Path

import pytest

from tieout import warehouse
from tieout.core.errors import TieoutError
from tieout.warehouse import migration


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copied = tmp_path / "migrations"
    shutil.copytree(migration.FOLDER, copied)
    return copied


def test_there_are_migrations_numbered_without_a_gap() -> None:
    versions = [step.version for step in migration.read_migrations()]
    assert versions
    assert versions == list(range(1, len(versions) + 1))


def test_migrating_twice_is_migrating_once(connection: warehouse.Connection) -> None:
    before = connection.execute("select * from ops.migrations").fetchall()
    assert len(before) == len(migration.read_migrations())
    assert migration.migrate(connection) == []
    assert connection.execute("select * from ops.migrations").fetchall() == before


def test_an_applied_migration_that_was_edited_is_refused(connection: warehouse.Connection, folder: Path) -> None:
    path = next(folder.glob("0001_*.sql"))
    path.write_text(path.read_text().replace("\n", "\r\n"), newline="")
    assert migration.migrate(connection, folder) == [], "another way to end lines is no change"
    path.write_text(path.read_text() + "\n-- a second thought\n")
    with pytest.raises(TieoutError, match=r"0001_foundation\.sql was changed .* new migration"):
        migration.migrate(connection, folder)


def test_a_migration_that_fails_half_way_leaves_nothing(connection: warehouse.Connection, folder: Path) -> None:
    (folder / "9001_half.sql").write_text("create table ops.half (n integer); select 1 / 0;")
    with pytest.raises(Exception, match="division by zero"):
        migration.migrate(connection, folder)
    assert connection.execute("select to_regclass('ops.half')").fetchone() == (None,)
    (folder / "9001_half.sql").write_text("create table ops.half (n integer);")
    assert migration.migrate(connection, folder) == ["half"]
    connection.execute("drop table ops.half")
    with pytest.raises(TieoutError, match=r"step 9001 \(half\) by a later version"):
        migration.migrate(connection)
    connection.execute("delete from ops.migrations where version = 9001")

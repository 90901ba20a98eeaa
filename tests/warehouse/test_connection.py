"""Connections: the reader's limits, the lock of a run, and a server of the user's own."""

import re
from collections.abc import Callable
from dataclasses import replace

import psycopg
import pytest

from tieout import warehouse
from tieout.core.errors import TieoutError
from tieout.core.settings import Settings
from tieout.warehouse import connection as connections
from tieout.warehouse import migration

FORBIDDEN = (
    "select * from raw.batches",
    "select * from ops.runs",
    "create table published.mine (n integer)",
    "insert into published.publication (as_of, run_id, verdict) values ('2026-05-01', 'r', 'passed')",
    "delete from published.exception_history",
    "drop table published.publication",
    "alter role tieout_reader superuser",
    "copy published.publication to program 'true'",
)


@pytest.fixture(scope="module")
def remote(settings: Settings) -> Settings:
    """A server of the user's own: the embedded one, seen through a URL with a plain login that owns a database."""
    with warehouse.connect(settings) as connection:
        connection.execute("create role merchant login createrole password 'm@rch nt'")
        connection.execute("create database own owner merchant")
    netloc = warehouse.url(settings).partition("@")[2].replace("/tieout", "/own")
    url = f"postgresql+psycopg2://merchant:m%40rch%20nt@{netloc}"
    return replace(settings, warehouse_url=url)


@pytest.mark.parametrize("statement", FORBIDDEN)
@pytest.mark.parametrize("writable", [False, True])
def test_the_reader_may_read_what_is_published_and_nothing_else(
    settings: Settings, statement: str, writable: bool
) -> None:
    with warehouse.connect(settings, "reader") as reader:
        assert reader.execute("select count(*) from publication").fetchone() == (0,)
        if writable:
            # What is protected must not hang on a setting that the session can turn off.
            reader.execute("set default_transaction_read_only to off")
        refused = "permission denied|must be owner" if writable else "permission denied|read-only|must be owner"
        with pytest.raises(psycopg.errors.Error, match=refused):
            reader.execute(statement.encode())


def test_the_reader_may_enter_no_other_schema(settings: Settings) -> None:
    with warehouse.connect(settings, "reader") as reader:
        rows = reader.execute(
            "select nspname, has_schema_privilege(oid, 'usage') from pg_namespace where nspname !~ '^(pg|information)_'"
        ).fetchall()
    assert {name for name, _ in rows} >= {"raw", "marts", "candidate", "casework", "ops", "published"}
    assert {name for name, allowed in rows if allowed} == {"published", "public"}


def test_a_plain_login_that_owns_its_database_is_enough(remote: Settings) -> None:
    warehouse.start(remote)
    with pytest.raises(TieoutError, match="has to run once: grant tieout_reader to merchant;"):
        warehouse.connect(remote, "reader")
    with warehouse.connect(replace(remote, warehouse_url=None)) as administrator:
        administrator.execute("grant tieout_reader to merchant")
    assert warehouse.url(remote).startswith("postgresql://merchant:")
    with warehouse.connect(remote, "reader") as reader:
        assert reader.execute("select current_user, count(*) from publication").fetchone() == ("tieout_reader", 0)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            reader.execute("select * from raw.batches")
    facts = warehouse.status(remote)
    assert (facts["kind"], facts["running"], facts["data"]) == ("remote", True, "127.0.0.1/own")
    assert warehouse.stop(remote) is False
    assert warehouse.status(replace(remote, warehouse_url=None))["running"] is True


def test_the_second_run_is_refused_until_the_first_has_ended_however_it_ends(settings: Settings) -> None:
    first, second = warehouse.connect(settings), warehouse.connect(settings)
    with second:
        with warehouse.run_lock(first):
            with pytest.raises(TieoutError, match=rf"Another run .*server process {first.info.backend_pid}"):
                warehouse.run_lock(second).__enter__()
            first.close()
            first = warehouse.connect(settings)
        with warehouse.run_lock(second):
            pass
        with first, warehouse.run_lock(first):
            pass


def test_every_way_not_to_connect_is_explained_without_the_password(settings: Settings) -> None:
    url = warehouse.url(settings)
    explained = {
        url.removesuffix("/tieout") + "/nowhere": r'database "nowhere" does not exist\. Create it',
        re.sub(r":\d+/", ":1/", url): r"127\.0\.0\.1:1/tieout: .*refused.*Is the server running",
        "mysql://u:secret@host/db": r"has to look like postgresql://",
        "postgresql://u:secret/1@host/db": r"special characters of the password",
        "host=127.0.0.1 password=secret": r"has to look like postgresql://",
    }
    password = url.split(":")[2].partition("@")[0]
    for given, message in explained.items():
        with pytest.raises(TieoutError, match=message) as refused:
            warehouse.connect(replace(settings, warehouse_url=given))
        assert password not in str(refused.value)
        assert "secret" not in str(refused.value)


def test_a_server_that_is_too_old_is_refused(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "MINIMUM_VERSION", 99)
    with pytest.raises(TieoutError, match="PostgreSQL 18; tieout needs 99 or later"):
        warehouse.connect(settings)


def test_a_login_that_may_not_make_the_reader_is_told_what_an_administrator_has_to_do(
    make_home: Callable[[], Settings],
) -> None:
    home = make_home()
    with warehouse.connect(home) as connection:
        connection.execute("create role clerk login password 'clerk'")
        connection.execute("create database clerks owner clerk")
        connection.execute("drop role tieout_reader")
    netloc = warehouse.url(home).partition("@")[2].replace("/tieout", "/clerks")
    plain = replace(home, warehouse_url=f"postgresql://clerk:clerk@{netloc}")
    with warehouse.connect(plain) as connection:
        with pytest.raises(TieoutError, match="create role tieout_reader login; grant tieout_reader to clerk;") as told:
            migration.migrate(connection)
        with warehouse.connect(home) as administrator:
            advised = re.findall(r"(?:create role|grant) tieout_reader[^;]+;", str(told.value))
            assert len(advised) == 2
            for statement in advised:
                administrator.execute(statement.encode())
        assert migration.migrate(connection)[0] == "foundation"
    with warehouse.connect(plain, "reader") as reader:
        assert reader.execute("select count(*) from publication").fetchone() == (0,)

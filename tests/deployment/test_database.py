"""What the database's first start leaves behind is enough for tieout and for Airflow, on a server of that version."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tieout import warehouse
from tieout.core.settings import Settings
from tieout.warehouse import account, binaries

from .compose import ROOT

PASSWORDS = {"AIRFLOW_DB_PASSWORD": "it's; drop role airflow", "TIEOUT_DB_PASSWORD": "5f81"}


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """A server as the image makes it: an administrator `postgres`, passwords for everybody who comes over TCP."""
    folder = Path(tempfile.mkdtemp(prefix="tieout-test-"))
    folder.chmod(0o755)
    user = account.choose(folder / "data")
    account.give(folder, user)
    programs = binaries.reach(user)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = int(probe.getsockname()[1])
    made = account.run(
        [
            programs / "initdb",
            "-D",
            folder / "data",
            "-U",
            "postgres",
            "--encoding=UTF8",
            "--auth-host=scram-sha-256",
            "--auth-local=trust",
        ],
        user,
    )
    assert made.returncode == 0, made.stdout
    options = f"-p {free} -c listen_addresses=127.0.0.1 -k {folder}"
    control = [programs / "pg_ctl", "-D", folder / "data", "-w", "-o", options]
    with (folder / "log").open("wb") as log:
        assert account.run([*control, "start"], user, output=log).returncode == 0
    try:
        environment = {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", "POSTGRES_USER": "postgres"}
        environment |= PASSWORDS | {"PGHOST": str(folder), "PGPORT": str(free)}
        done = subprocess.run(
            [ROOT / "deploy/postgres/init.sh"], env=environment, capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        yield free
    finally:
        account.run([programs / "pg_ctl", "-D", folder / "data", "-m", "immediate", "stop"], user)
        shutil.rmtree(folder)


def test_the_warehouse_can_be_prepared_by_its_owner(port: int, tmp_path: Path) -> None:
    address = f"postgresql://tieout:{PASSWORDS['TIEOUT_DB_PASSWORD']}@127.0.0.1:{port}/tieout"
    settings = Settings(tmp_path, address)
    warehouse.start(settings)
    with warehouse.connect(settings, "reader") as reader:
        assert reader.execute("select count(*) from publication").fetchone() == (0,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            reader.execute("select * from ops.runs")


def test_bi_tools_read_what_is_published_once_the_reader_has_a_password(port: int, tmp_path: Path) -> None:
    owner = f"postgresql://tieout:{PASSWORDS['TIEOUT_DB_PASSWORD']}@127.0.0.1:{port}/tieout"
    warehouse.start(Settings(tmp_path, owner))
    reader = f"postgresql://tieout_reader:secret@127.0.0.1:{port}/tieout"
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(reader)
    _administer(port, "alter role tieout_reader password 'secret'")
    with psycopg.connect(reader, autocommit=True) as connection:
        assert connection.execute("select count(*) from publication").fetchone() == (0,)
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            connection.execute("create table published.mine (a_column int)")


def test_airflow_owns_its_database_and_cannot_look_into_the_other_one(port: int) -> None:
    def login(database: str) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(
            host="127.0.0.1", port=port, dbname=database, user="airflow", password=PASSWORDS["AIRFLOW_DB_PASSWORD"]
        )

    with login("airflow") as connection:
        connection.execute("create table public.a_table (a_column int)")
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        login("tieout")
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        psycopg.connect(
            host="127.0.0.1", port=port, dbname="airflow", user="tieout", password=PASSWORDS["TIEOUT_DB_PASSWORD"]
        )


def _administer(port: int, statement: str) -> None:
    [folder] = Path(tempfile.gettempdir()).glob(f"tieout-test-*/.s.PGSQL.{port}")
    with psycopg.connect(host=str(folder.parent), port=port, user="postgres", dbname="postgres") as connection:
        connection.execute(statement.encode())


def test_it_says_which_password_is_missing() -> None:
    script = ROOT / "deploy/postgres/init.sh"
    for missing in PASSWORDS:
        given = {name: value for name, value in PASSWORDS.items() if name != missing} | {"PATH": os.environ["PATH"]}
        done = subprocess.run([script], env=given, capture_output=True, text=True, check=False)
        assert done.returncode != 0
        assert missing in done.stderr

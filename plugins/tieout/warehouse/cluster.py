"""A new data folder for the embedded server: initdb, settings, passwords and the database, complete or not at all."""

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tieout.core.errors import TieoutError
from tieout.warehouse import account, binaries
from tieout.warehouse.credentials import Credentials

OWNER, READER, DATABASE = "tieout", "tieout_reader", "tieout"

_ACCESS = """\
# Loopback only, passwords always.
host all all 127.0.0.1/32 scram-sha-256
"""

# One machine, one writer at a time, everything in raw can be loaded again from landing: so commits need not wait for
# the disk and the log is kept minimal (a crash loses the last moments, never the consistency).
_SETTINGS = """\
# Written by tieout at every start; for changes of your own use ALTER SYSTEM.
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = ''
password_encryption = 'scram-sha-256'
max_connections = 100
shared_buffers = '256MB'
work_mem = '64MB'
maintenance_work_mem = '256MB'
effective_cache_size = '2GB'
random_page_cost = 1.1
wal_level = minimal
max_wal_senders = 0
max_wal_size = '4GB'
checkpoint_timeout = '15min'
synchronous_commit = off
jit = off
autovacuum = on
timezone = 'UTC'
log_timezone = 'UTC'
log_checkpoints = off
"""


def choose_data_folder(folder: Path) -> Path:
    """Choose where the data go: below `folder`, or a place of its own that the system user can reach.

    The second case is root with a home behind a closed folder. A home below the system's temporary folder stays
    temporary, any other goes below /var/lib/tieout.
    """
    user = account.choose(folder / "data")
    barrier = account.find_barrier(folder, user)
    if barrier is None:
        return folder / "data"
    temporary = Path(tempfile.gettempdir()).resolve()
    shared = temporary if folder.is_relative_to(temporary) else binaries.SHARED
    try:
        shared.mkdir(mode=0o755, parents=True, exist_ok=True)
        place = Path(tempfile.mkdtemp(prefix="tieout-", dir=shared))
        place.chmod(0o711)
    except OSError as error:
        raise TieoutError(
            f"The system user '{user}', as whom PostgreSQL has to run, may not enter {barrier}, and {shared} cannot "
            f"be used instead ({error}). Open {barrier} (chmod o+x), choose another TIEOUT_HOME, or do not run as root."
        ) from error
    return place / "data"


def initialise(credentials: Credentials, log: Path) -> None:
    """Make the data folder. It gets its name last, so that an interrupted attempt leaves nothing that looks done."""
    user = account.choose(credentials.data)
    draft = credentials.data.with_name("data.new")
    if draft.exists():
        shutil.rmtree(draft)
    draft.mkdir(mode=0o700, parents=True)
    account.give(draft, user)
    try:
        _fill(draft, credentials, user, log)
        draft.rename(credentials.data)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise


def configure(credentials: Credentials) -> None:
    """Write the server's settings, which is repeated at every start."""
    path = credentials.data / "tieout.conf"
    path.write_text(_SETTINGS.format(port=credentials.port))
    account.give(path, account.choose(credentials.data))


def tail(log: Path) -> str:
    """Give the end of the server's log for an error message."""
    try:
        lines = log.read_text(errors="replace").splitlines()[-12:]
    except OSError:
        lines = []
    return "\n".join(f"  {line}" for line in lines) or "  (the log is empty)"


def _fill(draft: Path, credentials: Credentials, user: str | None, log: Path) -> None:
    programs = binaries.reach(user)
    locale = ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    _do([programs / "initdb", "-D", draft, "-U", OWNER, *locale, "--auth=reject", "--no-sync"], user, log)
    (draft / "pg_hba.conf").write_text(_ACCESS)
    with (draft / "postgresql.conf").open("a") as file:
        file.write("\ninclude 'tieout.conf'\n")
    (draft / "tieout.conf").write_text("")
    account.give(draft / "tieout.conf", user)
    # Passwords go through a pipe to a server without connections: never on a command line, in a file or over trust.
    statements = (
        f"alter role {OWNER} password '{credentials.owner_password}'\n"
        f"create role {READER} login password '{credentials.reader_password}'\n"
        f"create database {DATABASE}\n"
    )
    single: list[str | Path] = [programs / "postgres", "--single", "-D", draft, "-c", "exit_on_error=true", "postgres"]
    _do(single, user, log, text=statements)


def _do(command: Sequence[str | Path], user: str | None, log: Path, text: str | None = None) -> None:
    with log.open("ab") as file:
        done = account.run(command, user, output=file, text=text)
    if done.returncode != 0:
        raise TieoutError(
            f"The warehouse could not be initialised: {Path(command[0]).name} failed. Is the disk full, or the folder "
            f"read-only? Nothing is left behind; try again once that is mended. The end of {log}:\n{tail(log)}"
        )

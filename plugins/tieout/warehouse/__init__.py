"""The warehouse: an embedded or remote PostgreSQL, what is loaded into it, and what is published out of it."""

import os
import shutil
from urllib.parse import unquote, urlsplit, urlunsplit

from tieout.core.errors import TieoutError
from tieout.core.settings import Settings
from tieout.warehouse import binaries, embedded, raw
from tieout.warehouse.connection import Connection, Role, connect, run_lock, url
from tieout.warehouse.migration import migrate

__all__ = ["Connection", "Role", "connect", "prepare", "psql_command", "run_lock", "start", "status", "stop", "url"]


def start(settings: Settings) -> None:
    """Start the embedded server if that is the one in use, and bring the warehouse's own tables up to date."""
    with connect(settings) as connection:
        prepare(connection)


def prepare(connection: Connection) -> None:
    """Bring the warehouse's own tables up to date: migrations, and a raw table for every declared stream."""
    migrate(connection)
    raw.ensure_tables(connection)


def stop(settings: Settings) -> bool:
    """Stop the embedded server; False if it was not running, or if the warehouse is a server of the user's own."""
    return False if settings.warehouse_url else embedded.stop(settings)


def status(settings: Settings) -> dict[str, object]:
    """Tell, without starting anything: kind, running, pid, port, version, data, size.

    `kind` is embedded or remote, `data` a folder or a place, `size` in bytes; a remote server that cannot be reached
    adds `problem`.
    """
    if not settings.warehouse_url:
        return embedded.status(settings)
    parts = urlsplit(settings.warehouse_url)
    facts: dict[str, object] = {"kind": "remote", "running": False, "pid": None, "port": parts.port or 5432}
    facts |= {"version": None, "data": f"{parts.hostname or 'local socket'}{parts.path}", "size": None}
    try:
        with connect(settings) as connection:
            row = connection.execute("select current_setting('server_version'), pg_database_size(current_database())")
            version, size = row.fetchone() or (None, None)
            return facts | {"running": True, "version": version, "size": size}
    except TieoutError as error:
        return facts | {"problem": str(error)}


def psql_command(settings: Settings, role: Role = "owner") -> tuple[list[str], dict[str, str]]:
    """Give the command that opens psql on the warehouse, and the environment to run it in, which has the password.

    Raises TieoutError when there is no psql, neither in the embedded PostgreSQL nor on the path.
    """
    parts = urlsplit(url(settings, role))
    # On a command line everybody on the machine could read the password.
    login, _, place = parts.netloc.rpartition("@")
    user, _, password = login.partition(":")
    address = urlunsplit(parts._replace(netloc=f"{user}@{place}" if user else place))
    environment = dict(os.environ) | ({"PGPASSWORD": unquote(password)} if password else {})
    return [_find_psql(), address], environment


def _find_psql() -> str:
    try:
        own = binaries.locate() / "psql"
    except TieoutError:
        own = None
    found = str(own) if own and own.exists() else shutil.which("psql")
    if found is None:
        raise TieoutError(
            "There is no psql on this machine. Install PostgreSQL's client programs, or use `tieout url`."
        )
    return found

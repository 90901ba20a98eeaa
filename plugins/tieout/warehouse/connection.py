"""Connections to the warehouse: the embedded server, started when needed, or the one of TIEOUT_WAREHOUSE_URL."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

import psycopg

from tieout.core.errors import TieoutError
from tieout.core.settings import Settings
from tieout.warehouse import embedded
from tieout.warehouse.cluster import DATABASE, OWNER, READER

Role = Literal["owner", "reader"]
Connection = psycopg.Connection[tuple[Any, ...]]

MINIMUM_VERSION = 15

_RUN_LOCK = 7_433_688
# Any number will do; it is the same in every tieout, so two runs on one database meet.
_WAKING = ("starting up", "recovery mode", "not yet accepting connections", "shutting down")
_VANISHING = ("Connection refused", "closed the connection unexpectedly", "reset by peer")
# The embedded server was killed just now and its process is not quite gone: the next look at it starts it again.


def url(settings: Settings, role: Role = "owner") -> str:
    """Give the `postgresql://` URL of a role, having started the embedded server if that is the one in use.

    `reader` may read the schema `published` and nothing else. On the embedded server it logs in as tieout_reader. With
    TIEOUT_WAREHOUSE_URL, whose administrator alone gives passwords, it is the same login that has taken the role
    tieout_reader for its session: right for our own programs; people and BI tools should get a login of their own
    (`alter role tieout_reader password …`), because a session can lay a role down again.
    """
    if settings.warehouse_url:
        remote = _normalise(settings.warehouse_url)
        return remote if role == "owner" else _as_reader(remote)
    known = embedded.ensure(settings)
    name, password = (OWNER, known.owner_password) if role == "owner" else (READER, known.reader_password)
    return f"postgresql://{name}:{password}@127.0.0.1:{known.port}/{DATABASE}"


def connect(settings: Settings, role: Role = "owner") -> Connection:
    """Open a connection in autocommit (use `connection.transaction()` for more than one statement), time zone UTC.

    Waits for a server that is just waking up or going down. Raises TieoutError: no server, wrong password, older than
    15.
    """
    passing = _WAKING if settings.warehouse_url else (*_WAKING, *_VANISHING)
    deadline = time.monotonic() + 60
    while True:
        target = url(settings, role)
        try:
            connection = psycopg.connect(target, autocommit=True, connect_timeout=10, application_name="tieout")
            break
        except psycopg.Error as error:
            if not any(words in str(error) for words in passing) or time.monotonic() > deadline:
                raise TieoutError(_explain(target, error)) from error
            time.sleep(0.2)
    version = connection.info.server_version
    if version < MINIMUM_VERSION * 10_000:
        connection.close()
        raise TieoutError(f"The warehouse is PostgreSQL {version // 10_000}; tieout needs {MINIMUM_VERSION} or later.")
    connection.execute("set timezone to 'UTC'")
    return connection


@contextmanager
def run_lock(connection: Connection) -> Iterator[None]:
    """Hold the right to change the warehouse. Raises TieoutError at once when another run holds it.

    The server gives it back when the connection ends, however it ends, so a killed run never has to be cleaned up.
    """
    if not _scalar(connection, "select pg_try_advisory_lock(%s)", _RUN_LOCK):
        holder = connection.execute(
            """
            select pid, host(client_addr), backend_start from pg_stat_activity
            where datname = current_database()
                and pid in (select pid from pg_locks where locktype = 'advisory' and objid = %s and granted)
            """,
            (_RUN_LOCK,),
        ).fetchone()
        since = f" (server process {holder[0]}, connected from {holder[1]} at {holder[2]:%H:%M} UTC)" if holder else ""
        raise TieoutError(
            f"Another run is working on this warehouse{since}. Wait until it has finished, then try again."
        )
    try:
        yield
    finally:
        if not connection.closed:
            connection.execute("select pg_advisory_unlock(%s)", (_RUN_LOCK,))


def _scalar(connection: Connection, query: str, *values: object) -> Any:
    row = connection.execute(query.encode(), values).fetchone()
    return row[0] if row else None


def _normalise(given: str) -> str:
    scheme, separator, rest = given.partition("://")
    # SQLAlchemy names its driver in the scheme (postgresql+psycopg2), which PostgreSQL's own library does not know.
    known = bool(separator) and scheme.partition("+")[0] in ("postgresql", "postgres")
    try:
        known = known and (urlsplit(given).port or 0) >= 0
    except ValueError:
        known = False
    if not known:
        raise TieoutError(
            "TIEOUT_WAREHOUSE_URL has to look like postgresql://user:password@host:5432/database, "
            "with special characters of the password written as %40 and so on."
        )
    return f"postgresql://{rest}"


def _as_reader(remote: str) -> str:
    parts = urlsplit(remote)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    taken = [query["options"]] if "options" in query else []
    taken += [f"-c role={READER}", "-c default_transaction_read_only=on", "-c search_path=published"]
    query["options"] = " ".join(taken)
    return urlunsplit(parts._replace(query=urlencode(query, quote_via=quote)))


def _explain(target: str, error: psycopg.Error) -> str:
    parts = urlsplit(target)
    # The message never repeats the URL: it holds the password.
    place = f"{parts.hostname or 'local socket'}:{parts.port or 5432}{parts.path}"
    reason = str(error).strip().splitlines()[0].removeprefix("connection failed: ")
    if "password authentication failed" in reason:
        advice = "The user or the password is wrong."
    elif f'role "{READER}" does not exist' in reason:
        advice = "The warehouse has not been prepared yet: run `tieout start` once."
    elif "permission denied to set role" in reason:
        advice = f"An administrator has to run once: grant {READER} to {parts.username};"
    elif "does not exist" in reason:
        advice = "Create it, or correct TIEOUT_WAREHOUSE_URL."
    else:
        advice = "Is the server running, and may it be reached from here?"
    return f"No connection to the warehouse at {place}: {reason}. {advice}"

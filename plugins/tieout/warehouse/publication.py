"""Publication: what passed the gate becomes visible in one instant, and the life of every exception is kept."""

import time
from dataclasses import dataclass
from datetime import date, datetime

import psycopg
from psycopg import sql

from tieout.core.errors import TieoutError
from tieout.warehouse import history, transfer
from tieout.warehouse.candidate import KEPT, list_relations, read_contents, write_contents
from tieout.warehouse.connection import Connection

_LOCK = 7_433_690
_PATIENCE = 120
# Seconds to wait for readers with a transaction open on what is published.


@dataclass(frozen=True)
class Publication:
    """One publication: the business date whose data is complete, the run that made it, and the gate's verdict."""

    publication_id: int
    as_of: date
    run_id: str
    published_at: datetime
    verdict: str


def publish(connection: Connection, run_id: str, as_of: date, verdict: str) -> Publication:
    """Let candidate take the place of what is published, in one transaction; candidate is empty afterwards.

    A table of the candidate takes the place of the published one; where the candidate is a view of it, no more than
    its changes are written. Readers see all of the old or all of the new: this waits until no reader has a transaction
    open on the old tables. The history of exceptions is brought to `as_of` (history.record). Raises TieoutError with
    nothing changed: no candidate, a reader that does not finish, something of somebody else's built upon a table that
    has to be replaced.
    """
    try:
        with connection.transaction():
            connection.execute("select pg_advisory_xact_lock(%s)", (_LOCK,))
            whole, changed = (list_relations(connection, "candidate", kind) for kind in "rv")
            if "exceptions" not in {*whole, *changed}:
                raise TieoutError("There is no complete candidate to publish: stage one first.")
            _replace(connection, whole, changed)
            write_contents(connection, "published", read_contents(connection).get("candidate"))
            history.record(connection, as_of)
            connection.execute(
                "insert into published.publication (as_of, run_id, verdict) values (%s, %s, %s)",
                (as_of, run_id, verdict),
            )
            connection.execute("grant select on all tables in schema published to tieout_reader")
            made = last_publication(connection)
    except psycopg.errors.DependentObjectsStillExist as error:
        raise TieoutError(
            f"The published tables cannot be replaced: something was built upon them ({error.diag.message_detail}). "
            "Drop it, or let it read the published tables from outside this database."
        ) from error
    except psycopg.errors.IntegrityError as error:
        raise TieoutError(
            f"The candidate's exceptions cannot be published: {str(error).strip()}. Every exception needs an "
            "exception_id of its own and a code."
        ) from error
    if made is None:
        raise TieoutError("The publication was not recorded. Was published.publication changed by hand?")
    return made


def last_publication(connection: Connection) -> Publication | None:
    """Give the publication that is visible now; None before the first."""
    row = connection.execute(
        "select publication_id, as_of, run_id, published_at, verdict "
        "from published.publication order by publication_id desc limit 1"
    ).fetchone()
    return Publication(*row) if row else None


def _replace(connection: Connection, whole: list[str], changed: list[str]) -> None:
    old = [name for name in list_relations(connection, "published", "r") if name not in KEPT]
    _wait_for_readers(connection, old)
    for name in changed:
        connection.execute(sql.SQL("drop view candidate.{}").format(sql.Identifier(name)))
        transfer.apply(connection, ("published", name))
    _drop(connection, "published", [name for name in old if name not in changed])
    for name in whole:
        connection.execute(sql.SQL("alter table candidate.{} set schema published").format(sql.Identifier(name)))


def _wait_for_readers(connection: Connection, tables: list[str]) -> None:
    if not tables:
        return
    deadline = time.monotonic() + _PATIENCE
    listed = sql.SQL(", ").join(sql.Identifier("published", name) for name in tables)
    # Each attempt is shorter than deadlock_timeout (1 s) and gives back what it got: so when a reader holds one table
    # and waits for another, it is never the reader who is cancelled, and other readers wait half a second at most.
    connection.execute("set local lock_timeout = '500ms'")
    while True:
        try:
            with connection.transaction():
                connection.execute(sql.SQL("lock table {} in access exclusive mode").format(listed))
            break
        except psycopg.errors.LockNotAvailable as error:
            if time.monotonic() > deadline:
                raise TieoutError(
                    f"A reader has kept a transaction open on the published tables for {_PATIENCE} seconds, so they "
                    "cannot be replaced. End that session (pg_stat_activity shows it) and publish again."
                ) from error
            time.sleep(0.1)
    connection.execute("set local lock_timeout = 0")


def _drop(connection: Connection, schema: str, tables: list[str]) -> None:
    if tables:
        listed = sql.SQL(", ").join(sql.Identifier(schema, name) for name in tables)
        connection.execute(sql.SQL("drop table {}").format(listed))

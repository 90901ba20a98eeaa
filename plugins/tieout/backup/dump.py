"""What of the warehouse cannot be rebuilt from landing, out of one database and into another, by PostgreSQL's programs.

Whole schemas, so that a table which a later migration adds is in the backup without a word here.
"""

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from psycopg import sql

from tieout import warehouse
from tieout.core.errors import TieoutError
from tieout.core.settings import Settings
from tieout.warehouse import Connection, binaries
from tieout.warehouse.cluster import READER
from tieout.warehouse.migration import migrate, read_migrations

SCHEMAS = ("ops", "published", "casework")
"""Bookkeeping of runs, what people were shown, what people decided."""

_REBUILT = ("raw", "staging", "matching", "intermediate", "marts", "candidate", "candidate_changes", "changes")

_OWN = 18
# The embedded PostgreSQL's major version: its programs read the dumps of all servers up to it.
_WITH_TRANSACTION_TIMEOUT = 17

_GRANTS = """
select format('grant %%s on schema %%I to %%I', privilege_type, nspname, %(reader)s::text)
from pg_namespace, aclexplode(nspacl)
where nspname = any(%(schemas)s) and grantee = to_regrole(%(reader)s::text)
union all
select format(
    'grant %%s on %%s %%I.%%I to %%I',
    privilege_type, case relkind when 'S' then 'sequence' else 'table' end, nspname, relname, %(reader)s::text
)
from pg_class
join pg_namespace on pg_namespace.oid = relnamespace, aclexplode(relacl)
where nspname = any(%(schemas)s) and grantee = to_regrole(%(reader)s::text)
"""


def write(settings: Settings, connection: Connection, target: Path) -> None:
    """Dump SCHEMAS into `target`, compressed, as of one instant; readers are not kept from anything."""
    chosen = [f"--schema={schema}" for schema in SCHEMAS]
    [_, address], environment = warehouse.psql_command(settings)
    version = connection.info.server_version // 10_000 if settings.warehouse_url else _OWN
    program = _find("pg_dump", version)
    options = ["--format=custom", "--no-owner", "--no-privileges", *chosen, f"--file={target}"]
    _run([program, f"--dbname={address}", *options], environment)


def load(settings: Settings, connection: Connection, source: Path, version: int) -> None:
    """Fill an unused warehouse with a dump that was taken at a migration version, then bring it up to date.

    The login's own roles and passwords stay; the reader gets again what the migrations grant it. On failure no table
    of tieout is left, which is as good as unused.
    """
    check_unused(connection)
    try:
        drop_all(connection)
        # The steps up to the dump's make what is not in it: the rooms that are rebuilt, the reader, its rights.
        with tempfile.TemporaryDirectory() as folder:
            for step in read_migrations():
                if step.version <= version:
                    Path(folder, f"{step.version:04}_{step.name}.sql").write_text(step.sql, encoding="utf-8")
            migrate(connection, Path(folder))
        grants = connection.execute(_GRANTS, {"schemas": list(SCHEMAS), "reader": READER}).fetchall()
        _drop(connection, SCHEMAS)
        _execute(settings, connection, source)
        for (grant,) in grants:
            connection.execute(grant)
        connection.execute(f"grant select on all tables in schema published to {READER}".encode())
        warehouse.prepare(connection)
        # Nothing stands between raw and candidate here: nobody may go on with what he built in the other place.
        connection.execute("delete from ops.build_claims")
    except BaseException:
        if not connection.closed:
            drop_all(connection)
        raise


def check_unused(connection: Connection) -> None:
    """Raise TieoutError when the database holds anything that a restore would replace."""
    rows = connection.execute(
        "select nspname, relname from pg_class join pg_namespace on pg_namespace.oid = relnamespace"
        " where nspname = any(%s) and relkind in ('r', 'v', 'm', 'p') order by 1, 2",
        ([*SCHEMAS, *_REBUILT],),
    ).fetchall()
    for schema, table in rows:
        name = sql.Identifier(schema, table)
        # A prepared warehouse knows its own migrations; other rows there come only from runs and from people.
        first = connection.execute(sql.SQL("select 1 from {} limit 1").format(name)).fetchone()
        if first and (schema, table) != ("ops", "migrations"):
            raise TieoutError(
                f"The warehouse is in use: {schema}.{table} holds rows. A backup is restored into an empty database; "
                "create one and name it in TIEOUT_WAREHOUSE_URL."
            )


def drop_all(connection: Connection) -> None:
    """Remove every schema of tieout's own. Only for a database that holds nothing yet."""
    _drop(connection, (*SCHEMAS, *_REBUILT))


def _drop(connection: Connection, schemas: tuple[str, ...]) -> None:
    listed = sql.SQL(", ").join(map(sql.Identifier, schemas))
    connection.execute(sql.SQL("drop schema if exists {} cascade").format(listed))


def _execute(settings: Settings, connection: Connection, source: Path) -> None:
    # By way of a script, because pg_restore sends a server of another version settings that it may not know.
    script = source.with_suffix(".sql")
    _run([_find("pg_restore", _OWN), "--no-owner", "--no-privileges", f"--file={script}", str(source)])
    server = connection.info.server_version // 10_000
    if server < _WITH_TRANSACTION_TIMEOUT:
        with script.open("r+b") as file:
            head = file.read(4096)
            file.seek(0)
            file.write(head.replace(b"SET transaction_timeout", b"--  transaction_timeout"))
    [_, address], environment = warehouse.psql_command(settings)
    program = _find("psql", server if settings.warehouse_url else _OWN)
    options = ["--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", f"--file={script}"]
    _run([program, f"--dbname={address}", "--output=/dev/null", *options], environment)


def _run(command: list[str], environment: dict[str, str] | None = None) -> None:
    done = subprocess.run(command, env=environment, check=False, capture_output=True, text=True, errors="replace")
    if done.returncode != 0:
        reason = done.stderr.strip() or f"exit code {done.returncode}"
        raise TieoutError(
            f"{Path(command[0]).name} failed: {reason}\nIf the program is too old for the server, or cannot do the SSL "
            "that the server wants, install PostgreSQL's client programs of the server's version: those on the path "
            "are used then."
        )


def _find(program: str, version: int) -> str:
    """Choose the one on the path if it is of that major version or later, else the embedded PostgreSQL's own."""
    found = shutil.which(program)
    if found is not None:
        answer = subprocess.run([found, "--version"], check=False, capture_output=True, text=True).stdout
        stated = re.search(r"\) (\d+)", answer)
        if stated and int(stated[1]) >= version:
            return found
    return str(binaries.locate() / program)

"""Tables of an engine beside the warehouse, laid into it in their published types: whole, or what has changed.

A changed table of the candidate is a view of the published one, without the rows that are gone, with those that came.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from psycopg import sql

from tieout.warehouse import copying
from tieout.warehouse.candidate import Columns, to_published_type
from tieout.warehouse.connection import Connection

if TYPE_CHECKING:
    import pyarrow

Blocks = Iterable["pyarrow.RecordBatch"]

Table = tuple[str, str]
"""A schema and the name of a table in it."""

_CHANGES = "candidate_changes"
# Rows are the same when all their values are. They are looked up by one column: hashing whole rows takes longer.
_SAME = "held.{column} = gone.{column} and held is not distinct from gone"
_COLUMN = """
select columns.attname
from pg_attribute as columns
left join pg_stats as stats
    on stats.schemaname = %(schema)s and stats.tablename = %(table)s and stats.attname = columns.attname
where columns.attrelid = format('%%I.%%I', %(schema)s::text, %(table)s::text)::regclass and columns.attnum > 0
order by null_frac, case when n_distinct < 0 then n_distinct else -n_distinct / 1e9 end
limit 1
"""
_HELD = "select count(*) from {table} as held where exists (select from {gone} as gone where {same})"
_DELETE = "delete from {table} as held where exists (select from {gone} as gone where {same})"
_CHANGED = """
create view {view} as
select held.* from {table} as held where not exists (select from {gone} as gone where {same})
union all
select * from {come}
"""


def lay_out(connection: Connection, table: Table, columns: Columns, blocks: Blocks) -> None:
    """Make a table of these columns, in their published types, and fill it; inside the caller's transaction."""
    target = sql.Identifier(*table)
    typed = sql.SQL(", ").join(
        sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(to_published_type(kind)))
        for name, kind in columns.items()
    )
    connection.execute(sql.SQL("create table {} ({})").format(target, typed))
    copying.copy_blocks(connection, target, blocks)
    connection.execute(sql.SQL("analyze {}").format(target))


def lay_out_changes(connection: Connection, table: str, columns: Columns, gone: Blocks, come: Blocks) -> bool:
    """Let the candidate show the published table without the rows that are gone and with those that came.

    Part of the caller's transaction. Gives False, with nothing done, when the rows that are gone are not published.
    """
    found = _lay_out_rows(connection, ("published", table), columns, gone, come)
    if found is None:
        return False
    connection.execute(sql.SQL(_CHANGED).format(view=sql.Identifier("candidate", table), **found))
    return True


def lay_out_unchanged(connection: Connection, table: str) -> None:
    """Let the candidate show the published table as it is."""
    view, source = sql.Identifier("candidate", table), sql.Identifier("published", table)
    connection.execute(sql.SQL("create view {} as table {}").format(view, source))


def change(connection: Connection, table: Table, columns: Columns, gone: Blocks, come: Blocks) -> bool:
    """Take rows out of a table and put others in, in the caller's transaction.

    Gives False, with nothing done, when the rows that are gone do not stand there.
    """
    if _lay_out_rows(connection, table, columns, gone, come) is None:
        return False
    apply(connection, table)
    return True


def apply(connection: Connection, table: Table) -> None:
    """Change a table by the rows that were laid out for it, if there are any; these are dropped."""
    if connection.execute("select to_regclass(%s)", (f"{_CHANGES}.{table[1]}__gone",)).fetchone() == (None,):
        return
    found = _rows(connection, table)
    connection.execute(sql.SQL(_DELETE).format(**found))
    connection.execute(sql.SQL("insert into {table} select * from {come}").format(**found))
    connection.execute(sql.SQL("drop table {gone}, {come}").format(**found))


def _lay_out_rows(
    connection: Connection, table: Table, columns: Columns, gone: Blocks, come: Blocks
) -> dict[str, sql.Composable] | None:
    lay_out(connection, (_CHANGES, f"{table[1]}__gone"), columns, gone)
    lay_out(connection, (_CHANGES, f"{table[1]}__come"), columns, come)
    found = _rows(connection, table)
    # Rows are told apart by their values. What is published may hold rows as equal that the engine can tell apart,
    # because it has fewer decimals.
    [(held,)] = connection.execute(sql.SQL(_HELD).format(**found))
    [(wanted,)] = connection.execute(sql.SQL("select count(*) from {gone}").format(**found))
    if held == wanted:
        return found
    connection.execute(sql.SQL("drop table {gone}, {come}").format(**found))
    return None


def _rows(connection: Connection, table: Table) -> dict[str, sql.Composable]:
    gone = f"{table[1]}__gone"
    [(column,)] = connection.execute(_COLUMN, {"schema": _CHANGES, "table": gone})
    return {
        "table": sql.Identifier(*table),
        "gone": sql.Identifier(_CHANGES, gone),
        "come": sql.Identifier(_CHANGES, f"{table[1]}__come"),
        "same": sql.SQL(_SAME).format(column=sql.Identifier(column)),
    }

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
_HELD = "select count(*) from {table} as held where exists (select from {gone} as gone where held = gone)"
_CHANGED = """
create view {view} as
select held.* from {table} as held where not exists (select from {gone} as gone where held = gone)
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
    target, gone, come = _rows(table).values()
    if connection.execute("select to_regclass(%s)", (f"{_CHANGES}.{table[1]}__gone",)).fetchone() == (None,):
        return
    connection.execute(
        sql.SQL("delete from {} as held using (select distinct gone from {} as gone) as gone where held = gone.gone")
        .format(target, gone)
    )  # fmt: skip
    connection.execute(sql.SQL("insert into {} select * from {}").format(target, come))
    connection.execute(sql.SQL("drop table {}, {}").format(gone, come))


def _lay_out_rows(
    connection: Connection, table: Table, columns: Columns, gone: Blocks, come: Blocks
) -> dict[str, sql.Identifier] | None:
    found = _rows(table)
    lay_out(connection, (_CHANGES, f"{table[1]}__gone"), columns, gone)
    lay_out(connection, (_CHANGES, f"{table[1]}__come"), columns, come)
    # Rows are told apart by their values. What is published may hold rows as equal that the engine can tell apart,
    # because it has fewer decimals.
    [(held,)] = connection.execute(sql.SQL(_HELD).format(**found))
    [(wanted,)] = connection.execute(sql.SQL("select count(*) from {gone}").format(**found))
    if held == wanted:
        return found
    connection.execute(sql.SQL("drop table {gone}, {come}").format(**found))
    return None


def _rows(table: Table) -> dict[str, sql.Identifier]:
    return {
        "table": sql.Identifier(*table),
        "gone": sql.Identifier(_CHANGES, f"{table[1]}__gone"),
        "come": sql.Identifier(_CHANGES, f"{table[1]}__come"),
    }

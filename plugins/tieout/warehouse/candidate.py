"""The candidate: what the next publication would show, in types that do not depend on what built it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from psycopg import sql

from tieout.core.errors import TieoutError
from tieout.warehouse import copying
from tieout.warehouse.connection import Connection

if TYPE_CHECKING:
    import pyarrow

KEPT = ("exception_history", "publication")
"""Tables of schema published that live across publications."""

_INTEGERS = {"smallint", "integer", "bigint"}
_TEXTS = {"text", "character varying"}
_NUMERIC = re.compile(r"numeric(?:\((\d+),(\d+)\))?")
_RATE, _MOST = 9, 38
# Digits of the narrowest numbers, rates as contracts have them, and of the widest.
_AS_THEY_ARE = {"boolean", "date", "timestamp with time zone"}

Columns = Mapping[str, str]
"""A table's columns in their order: name -> type as PostgreSQL writes it."""


def to_published_type(kind: str) -> str:
    """Give the type in which a column of a type, as PostgreSQL writes it, is published.

    Texts are text and whole numbers bigint. A number without stated decimals, or with more than amounts have when they
    arrive, has six; what is computed is as wide as a model's cast makes it or an engine likes. Raises TieoutError for a
    type that no table should have.
    """
    digits = _NUMERIC.fullmatch(kind)
    if kind in _TEXTS:
        return "text"
    if kind in _INTEGERS:
        return "bigint"
    if kind in _AS_THEY_ARE:
        return kind
    if digits:
        width, scale = int(digits[1] or _MOST), int(digits[2] or _MOST)
        if width > _RATE and scale in (2, *range(6, _MOST + 1)):
            return "numeric(18,2)" if scale == 2 else "numeric(24,6)"
        return kind
    raise TieoutError(f"a column of type {kind} cannot be published: cast it in its model")


def stage_candidate(connection: Connection, relations: Iterable[str]) -> None:
    """Copy these relations of schema marts (tables or views) into candidate, which then holds nothing else.

    One transaction; comments on relations and columns come along. Raises TieoutError for a relation that is not there
    or that is named like a table that publication keeps.
    """
    names = sorted(set(relations))
    with emptied(connection, names):
        known = read_columns(connection, "marts")
        if missing := [name for name in names if name not in known]:
            raise TieoutError(f"There is no marts.{missing[0]} to publish: build the marts first.")
        for name in names:
            columns = sql.SQL(", ").join(
                sql.SQL("cast({0} as {1}) as {0}").format(sql.Identifier(column), sql.SQL(to_published_type(kind)))
                for column, kind in known[name].items()
            )
            connection.execute(
                sql.SQL("create table candidate.{0} as select {1} from marts.{0}").format(sql.Identifier(name), columns)
            )
            connection.execute(sql.SQL("analyze candidate.{}").format(sql.Identifier(name)))
        _copy_comments(connection)


@contextmanager
def emptied(connection: Connection, names: Iterable[str]) -> Iterator[None]:
    """Empty the candidate for tables of these names, in one transaction with what the caller does then.

    Raises TieoutError for a table that is named like one that publication keeps.
    """
    if reserved := [name for name in names if name in KEPT]:
        raise TieoutError(f"marts.{reserved[0]} cannot be published: published.{reserved[0]} is tieout's own table.")
    with connection.transaction():
        # A tenth of the usual sample: with a hundred tables the usual one takes longer than their rows.
        connection.execute("set local default_statistics_target = 10")
        for name in read_columns(connection, "candidate"):
            connection.execute(sql.SQL("drop table candidate.{}").format(sql.Identifier(name)))
        yield


def lay_out(
    connection: Connection, schema: str, table: str, columns: Columns, blocks: Iterable["pyarrow.RecordBatch"]
) -> None:
    """Make a table of these columns, in their published types, and fill it; inside the caller's transaction."""
    target = sql.Identifier(schema, table)
    typed = sql.SQL(", ").join(
        sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(to_published_type(kind)))
        for name, kind in columns.items()
    )
    connection.execute(sql.SQL("create table {} ({})").format(target, typed))
    copying.copy_blocks(connection, target, blocks)
    connection.execute(sql.SQL("analyze {}").format(target))


def read_columns(connection: Connection, schema: str) -> dict[str, dict[str, str]]:
    """Give the tables and views of a schema with their columns in their order, types as PostgreSQL writes them."""
    rows = connection.execute(
        """
        select tables.relname, columns.attname, format_type(columns.atttypid, columns.atttypmod)
        from pg_class as tables
        left join pg_attribute as columns
            on columns.attrelid = tables.oid and columns.attnum > 0 and not columns.attisdropped
        where tables.relnamespace = to_regnamespace(%s) and tables.relkind in ('r', 'v', 'm', 'p')
        order by tables.relname, columns.attnum
        """,
        (schema,),
    ).fetchall()
    known: dict[str, dict[str, str]] = {}
    for table, column, kind in rows:
        known.setdefault(table, {}).update({column: kind} if column else {})
    return known


def _copy_comments(connection: Connection) -> None:
    rows = connection.execute(
        """
        select copies.relname, attributes.attname, descriptions.description
        from pg_class as originals
        join pg_class as copies
            on copies.relname = originals.relname and copies.relnamespace = 'candidate'::regnamespace
        join pg_description as descriptions
            on descriptions.objoid = originals.oid and descriptions.classoid = 'pg_class'::regclass
        left join pg_attribute as attributes
            on attributes.attrelid = originals.oid and attributes.attnum = descriptions.objsubid and attnum > 0
        where originals.relnamespace = 'marts'::regnamespace
        """
    ).fetchall()
    for table, column, text in rows:
        if column is None:
            form, name = "comment on table {} is {}", sql.Identifier("candidate", table)
        else:
            form, name = "comment on column {} is {}", sql.Identifier("candidate", table, column)
        connection.execute(sql.SQL(form).format(name, sql.Literal(text)))

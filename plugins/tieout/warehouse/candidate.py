"""The candidate: what the next publication would show, in types that do not depend on what built it."""

import re
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Literal

from psycopg import sql

from tieout.core.errors import TieoutError
from tieout.warehouse.connection import Connection

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

Place = Literal["candidate", "published", "layers"]
"""Where rows of a candidate stand; layers: what is read of a build besides, in staging, intermediate and marts."""


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
def emptied(connection: Connection, names: Iterable[str]) -> Iterator[str]:
    """Empty the candidate for tables of these names, in one transaction with what the caller does then.

    Gives the name by which changes.contents knows what the caller lays out. Raises TieoutError for a table that is
    named like one that publication keeps.
    """
    if reserved := [name for name in names if name in KEPT]:
        raise TieoutError(f"marts.{reserved[0]} cannot be published: published.{reserved[0]} is tieout's own table.")
    with connection.transaction():
        # A tenth of the usual sample: with a hundred tables the usual one takes longer than their rows.
        connection.execute("set local default_statistics_target = 10")
        for name in list_relations(connection, "candidate", "v"):
            connection.execute(sql.SQL("drop view candidate.{}").format(sql.Identifier(name)))
        for schema in ("candidate", "candidate_changes"):
            for name in list_relations(connection, schema, "r"):
                connection.execute(sql.SQL("drop table {}").format(sql.Identifier(schema, name)))
        candidate_id = str(uuid.uuid4())
        write_contents(connection, "candidate", candidate_id)
        yield candidate_id


def read_contents(connection: Connection) -> dict[str, str]:
    """Give the candidate whose rows stand in each place, where that is known."""
    return dict(connection.execute("select place, candidate_id from changes.contents").fetchall())


def write_contents(connection: Connection, place: Place, candidate_id: str | None) -> None:
    """Note with which candidate the rows of a place were laid out; None: with none that is known."""
    connection.execute("delete from changes.contents where place = %s", (place,))
    if candidate_id is not None:
        connection.execute("insert into changes.contents values (%s, %s)", (place, candidate_id))


def list_relations(connection: Connection, schema: str, kinds: str) -> list[str]:
    """Give the names of a schema's relations of some kinds, as letters of PostgreSQL's relkind."""
    rows = connection.execute(
        "select relname from pg_class where relnamespace = to_regnamespace(%s) and relkind::text = any(%s) order by 1",
        (schema, list(kinds)),
    )
    return [row[0] for row in rows]


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

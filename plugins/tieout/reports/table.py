"""A query's answer as columns and rows, and its forms: csv and json are exact and repeatable."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg

from tieout.core.errors import TieoutError
from tieout.core.settings import Settings
from tieout.warehouse import Connection, connect


@dataclass(frozen=True)
class Table:
    """Columns and rows as the database gave them (decimals stay decimals)."""

    columns: tuple[str, ...]
    rows: Sequence[tuple[Any, ...]]

    def to_csv(self) -> str:
        """RFC 4180 with a header; null is empty."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(self.columns)
        writer.writerows(self.rows)
        return text.getvalue()

    def to_json(self) -> str:
        """A list of objects; decimals, dates and instants as text, so that no digit is lost."""
        objects = [dict(zip(self.columns, row, strict=True)) for row in self.rows]
        return json.dumps(objects, ensure_ascii=False, indent=2, default=str)


def fetch(connection: Connection, query: str, values: Mapping[str, object] | None = None) -> Table:
    """Run one of our own queries; `values` fill its %(name)s."""
    cursor = connection.execute(query.encode(), values)
    return Table(tuple(column.name for column in cursor.description or ()), cursor.fetchall())


def query_published(settings: Settings, text: str) -> Table:
    """Run a person's query as tieout_reader: read-only, in the schema `published`, a single statement.

    Raises TieoutError with the database's message where the query is wrong or asks for more than reading.
    """
    with connect(settings, role="reader") as connection:
        try:
            # A server-side prepared statement takes exactly one statement, so nothing can be appended to a query.
            cursor = connection.execute(text.encode(), prepare=True)
        except psycopg.Error as error:
            raise TieoutError(f"the query failed: {str(error).strip()}") from error
        if cursor.description is None:
            raise TieoutError("this is no query: it gives no rows")
        return Table(tuple(column.name for column in cursor.description), cursor.fetchall())

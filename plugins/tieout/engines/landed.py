"""Raw for an engine that reads files: the deliveries that count as tables, each stream as a view over its rows."""

from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from tieout.core.settings import Settings
from tieout.landing import archive
from tieout.sources import STREAMS, Stream
from tieout.warehouse import Connection, candidate, copying
from tieout.warehouse.raw import LINEAGE

if TYPE_CHECKING:
    import duckdb
    import pyarrow

_TABLES = ("batches", "findings")
_SYMBOL = copying.replace_nul("\0")
_OWN = """
create table if not exists matching.payout_sets (
    target_type text, target_key text, outcome text, set_number integer, member_type text, member_key text
);
create table if not exists changes.base (fingerprint text, state text, as_of date, row_count bigint);
create table if not exists changes.keys (key text, value text);
create table if not exists changes.relations (name text);
create table if not exists changes.due (model text, value text);
create table if not exists changes.deliveries (delivery_id text, landed_hash text, known text);
"""


def lay_out(database: "duckdb.DuckDBPyConnection", connection: Connection, settings: Settings) -> None:
    """Make DuckDB's schemas raw, matching and changes what they are in the warehouse; the rows stay in their files."""
    for schema in ("raw", "matching", "changes"):
        database.execute(f"create schema if not exists {schema}")
    database.execute(_OWN)
    for table in _TABLES:
        database.register("given", _read(connection, table))
        database.execute(f"create or replace table raw.{table} as select * from given")
        database.unregister("given")
    files: defaultdict[str, list[Path]] = defaultdict(list)
    for source, stream, batch_id in connection.execute(
        "select source, stream, batch_id from raw.batches order by delivery_rank, batch_id"
    ):
        declared = STREAMS[source, stream]
        files[declared.table].append(archive.to_folder(settings, declared, batch_id) / "rows.parquet")
    for declared in STREAMS.values():
        view = _select(database, declared, files[declared.table])
        database.execute(f"create or replace view raw.{declared.table} as {view}")


def _select(database: "duckdb.DuckDBPyConnection", stream: Stream, files: list[Path]) -> str:
    rows, there = "(select 1) where false", set[str]()
    if files:
        paths = ", ".join("'" + str(path).replace("'", "''") + "'" for path in files)
        rows = f"read_parquet([{paths}], union_by_name = true, filename = true)"
        there = {str(column) for column, *_ in database.execute(f"describe from {rows}").fetchall()}
    # A batch's folder is named by the batch.
    columns = [_read_as(column, "text", there) for column in stream.columns] + [
        "split_part(filename, '/', -2) as delivery_id"
        if column == "delivery_id" and files
        else _read_as(column, kind, there)
        for column, kind in LINEAGE.items()
    ]
    return f"select {', '.join(columns)} from {rows}"


def _read_as(column: str, kind: str, there: set[str]) -> str:
    if column not in there:
        # Declared since these rows were landed.
        return f"cast(null as {kind}) as {_name(column)}"
    # The warehouse cannot hold U+0000 and has the visible sign for it instead (copying.replace_nul).
    return f"replace({_name(column)}, chr(0), '{_SYMBOL}') as {_name(column)}" if kind == "text" else _name(column)


def _name(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'


def _read(connection: Connection, table: str) -> "pyarrow.Table":
    """Read a table of raw; its columns are texts, whole numbers, dates and booleans."""
    import pyarrow as pa

    kinds = {
        "text": pa.string(),
        "integer": pa.int32(),
        "bigint": pa.int64(),
        "date": pa.date32(),
        "boolean": pa.bool_(),
    }
    columns = candidate.read_columns(connection, "raw")[table]
    rows = connection.execute(f"select * from raw.{table}".encode()).fetchall()
    values = zip(*rows, strict=True) if rows else [()] * len(columns)
    arrays = [pa.array(list(given), kinds[kind]) for given, kind in zip(values, columns.values(), strict=True)]
    return pa.table(arrays, names=list(columns))

"""Arrow into PostgreSQL, in blocks of CSV that Arrow writes: rows.parquet, one COPY a stream, and whole tables."""

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

from tieout.core.errors import TieoutError
from tieout.landing import Batch
from tieout.sources import STREAMS
from tieout.warehouse.connection import Connection

if TYPE_CHECKING:
    import pyarrow

_BLOCK = 20_000
# Rows; about 4 MB of a bill.
_TOLD = 5
# Blocks after which a person hears of it.

_NUL, _SYMBOL = "\0", "\N{SYMBOL FOR NULL}"
_LINEAGE = ("unknown_columns", "line_number", "row_hash", "occurrence_number")


def copy_rows(connection: Connection, batches: Iterable[Batch], tell: Callable[[str], None]) -> None:
    """Copy the rows of these batches into their raw tables, inside the caller's transaction.

    `tell` hears how far a long one has come.

    A declared column that a batch was landed without is null. Raises TieoutError for a damaged batch, for one with
    columns that are no longer declared and for an undeclared stream; replaying the batch mends all but the last.
    """
    ordered = sorted(batches, key=_to_stream)
    for stream, group in groupby(ordered, key=_to_stream):
        _copy_stream(connection, stream, list(group), tell)


def check(batches: Iterable[Batch]) -> None:
    """Raise the errors of `copy_rows` for batches whose rows are read where they lie, and copy nothing."""
    for batch in batches:
        columns = _columns(batch)
        with _mending(batch) as file:
            _check(batch, file, columns)


def copy_blocks(connection: Connection, table: sql.Identifier, blocks: Iterable["pyarrow.RecordBatch"]) -> None:
    """Copy blocks of rows into a table that has their columns in their order, inside the caller's transaction."""
    statement = sql.SQL("copy {} from stdin (format csv)").format(table)
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for block in blocks:
            copy.write(_to_csv(block))


def replace_nul(text: str) -> str:
    """Write U+0000, which no PostgreSQL text can hold, as the visible sign for it (U+2400)."""
    return text.replace(_NUL, _SYMBOL)


def _to_stream(batch: Batch) -> tuple[str, str]:
    return batch.source, batch.stream


def _columns(batch: Batch) -> tuple[str, ...]:
    stream = STREAMS.get(_to_stream(batch))
    if stream is None:
        raise TieoutError(
            f"{batch.folder} belongs to the stream {'/'.join(_to_stream(batch))}, which this version of tieout does "
            "not know. Update tieout, or move the folder away."
        )
    return (*stream.columns, *_LINEAGE, "delivery_id")


def _copy_stream(
    connection: Connection, key: tuple[str, str], batches: Sequence[Batch], tell: Callable[[str], None]
) -> None:
    columns = _columns(batches[0])
    statement = sql.SQL("copy {} ({}) from stdin (format csv)").format(
        sql.Identifier("raw", STREAMS[key].table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    try:
        with connection.cursor() as cursor, cursor.copy(statement) as copy:
            copied = 0
            for batch in batches:
                for place, block in enumerate(_to_blocks(batch, columns), 1):
                    copy.write(block)
                    if place % _TOLD == 0:
                        tell(f"{'/'.join(key)}: {copied + place * _BLOCK:,} rows so far")
                copied += batch.row_count
    except psycopg.errors.DiskFull as error:
        raise TieoutError(
            f"The warehouse's disk is full while loading {'/'.join(key)}; nothing was changed."
        ) from error


def _to_blocks(batch: Batch, columns: Sequence[str]) -> Iterator[bytes]:
    with _mending(batch) as file:
        _check(batch, file, columns)
        for block in file.iter_batches(_BLOCK):
            yield _to_csv(_complete(block, batch.batch_id, columns))


@contextmanager
def _mending(batch: Batch) -> Iterator["pyarrow.parquet.ParquetFile"]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(batch.rows_path) as file:
            yield file
    except (OSError, pa.ArrowException) as error:
        raise TieoutError(f"{batch.rows_path} is damaged ({error}). Replay the batch from its content.") from error


def _to_csv(block: "pyarrow.RecordBatch") -> bytes:
    import pyarrow.csv

    # A null is nothing between the commas and an empty text is "": COPY takes them for what they are.
    options = pyarrow.csv.WriteOptions(include_header=False, quoting_style="all_valid")
    out = io.BytesIO()
    pyarrow.csv.write_csv(block, out, options)
    text = out.getvalue()
    return text.replace(_NUL.encode(), _SYMBOL.encode()) if _NUL.encode() in text else text


def _check(batch: Batch, file: "pyarrow.parquet.ParquetFile", columns: Sequence[str]) -> None:
    if file.metadata.num_rows != batch.row_count:
        raise TieoutError(
            f"{batch.rows_path} holds {file.metadata.num_rows} rows, its manifest says {batch.row_count}. "
            "Replay the batch from its content."
        )
    if surplus := [name for name in file.schema_arrow.names if name not in columns]:
        raise TieoutError(
            f"{batch.rows_path} has the column '{surplus[0]}', which its stream no longer declares. "
            "Replay the batch from its content."
        )


def _complete(block: "pyarrow.RecordBatch", delivery_id: str, columns: Sequence[str]) -> "pyarrow.RecordBatch":
    import pyarrow as pa

    given = dict(zip(block.schema.names, block.columns, strict=True)) | {
        "delivery_id": pa.repeat(delivery_id, len(block))
    }
    missing = pa.nulls(len(block), pa.string())
    return pa.RecordBatch.from_arrays([given.get(name, missing) for name in columns], names=list(columns))

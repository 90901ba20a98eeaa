"""Reading a delivery of the open format."""

import csv
import gc
import io
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from itertools import repeat
from typing import TYPE_CHECKING

from tieout.core import text
from tieout.core.reading import Reading, Row, UnreadableError
from tieout.formats.open.checks import Cells, Problems
from tieout.formats.open.entities import ENTITIES

if TYPE_CHECKING:
    import _csv

    import pyarrow as pa

Chunk = tuple[list[int], list[Sequence[str]]]
"""Line numbers and, column by column as the file has them, the cells."""

# Small enough for a chunk to stay in the processor's cache: 50,000 rows at once take a third longer.
_CHUNK = 4_000


def read(content: bytes, entity: str) -> Reading:
    """Read a delivery of `entity`: csv in UTF-8 with a header, or Parquet (line numbers are then row numbers).

    A missing required column, an unreadable value, a word outside a closed list or a damaged identifier refuses the
    whole delivery; the message lists the first five. Unknown columns are kept. There are no totals in such a file.
    """
    if content.startswith(b"PAR1"):
        text.check_size(content)
        header, chunks = _open_parquet(content, {field.name for field in ENTITIES[entity]})
    else:
        header, chunks = _open_csv(text.decode(content, ("utf-8-sig",)))
    unknown = _check_header(header, entity)
    fields = {field.name: field for field in ENTITIES[entity]}
    columns = (*fields, *unknown)
    cells = [Cells(name, fields.get(name)) for name in header]
    places = [header.index(name) if name in header else None for name in columns]
    problems = Problems()
    with _without_collection():
        rows = [row for chunk in chunks for row in _take(chunk, cells, places, problems)]
    problems.refuse()
    return Reading(columns, tuple(header), rows, unknown=unknown)


def _take(chunk: Chunk, cells: Sequence[Cells], places: Sequence[int | None], problems: Problems) -> Iterator[Row]:
    lines, found = chunk
    clean = [cell.take(column) for cell, column in zip(cells, found, strict=True)]
    for cell, column in zip(cells, found, strict=True):
        for line, value in zip(lines, column, strict=True) if cell.bad else ():
            if value in cell.bad:
                problems.add(line, cell.name, value, cell.bad[value])
    ordered = [repeat(None, len(lines)) if place is None else clean[place] for place in places]
    return zip(lines, zip(*ordered, strict=True), strict=True)


@contextmanager
def _without_collection() -> Iterator[None]:
    """Pause the cycle collector: millions of new tuples make it search them all, again and again, for nothing."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _check_header(header: Sequence[str], entity: str) -> tuple[str, ...]:
    """Give the unknown columns; refuse a missing required, a doubled or a nameless one."""
    known = [field.name for field in ENTITIES[entity]]
    unknown = tuple(name for name in header if name not in known)
    missing = [field.name for field in ENTITIES[entity] if field.required and field.name not in header]
    if missing:
        raise UnreadableError(
            "schema_drift",
            f"required column{'s' * (len(missing) > 1)} {', '.join(missing)} of {entity} not in the file; "
            f"new: {', '.join(unknown) or 'none'}. Add what is missing and deliver the file again",
            line=1,
            column=missing[0],
        )
    doubled = next((name for name in header if not name or list(header).count(name) > 1), None)
    if doubled is not None:
        what = f"column {doubled} stands twice" if doubled else "a column has no name"
        raise UnreadableError("schema_drift", f"line 1: {what}; correct the header", line=1, column=doubled)
    return unknown


def _open_csv(content: str) -> tuple[list[str], Iterator[Chunk]]:
    reader = csv.reader(io.StringIO(content, newline=""), strict=True)
    try:
        header = [name.strip() for name in next(reader)]
    except (csv.Error, StopIteration) as error:
        raise UnreadableError("unreadable", f"line 1: not readable as csv ({error})", line=1) from error
    return header, _csv_chunks(reader, len(header))


def _csv_chunks(reader: "_csv.Reader", width: int) -> Iterator[Chunk]:
    """Give the rows with the line that each starts at: a quoted cell may hold line feeds. Blank lines are no rows."""
    lines: list[int] = []
    rows: list[list[str]] = []
    start = reader.line_num + 1
    try:
        for row in reader:
            if len(row) == width:
                lines.append(start)
                rows.append(row)
            elif row:
                raise UnreadableError(
                    "unreadable", f"line {start} has {len(row)} cells, the header has {width}; the file is cut off, or "
                    "a comma or quote is not escaped: write it again", line=start, value=",".join(row)[:200],
                )  # fmt: skip
            start = reader.line_num + 1
            if len(rows) == _CHUNK:
                yield lines, list(zip(*rows, strict=True))
                lines, rows = [], []
    except csv.Error as error:
        raise UnreadableError(
            "unreadable",
            f"line {start}: not readable as csv ({error}); the file is cut off, "
            "or a quote is not escaped: write it again",
            line=start,
        ) from error
    if rows:
        yield lines, list(zip(*rows, strict=True))


def _open_parquet(content: bytes, declared: set[str]) -> tuple[list[str], Iterator[Chunk]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(pa.BufferReader(content))
    except (pa.ArrowException, OSError) as error:
        raise UnreadableError(
            "unreadable", f"not readable as Parquet ({error}); it is cut off or damaged: write it again"
        ) from error
    unpacked = sum(file.metadata.row_group(number).total_byte_size for number in range(file.metadata.num_row_groups))
    if unpacked > text.MAX_BYTES:
        raise UnreadableError(
            "oversized", f"the file unpacks to {unpacked} bytes; at most {text.MAX_BYTES} are read: deliver it in parts"
        )
    for column in file.schema_arrow:
        if column.name in declared and pa.types.is_floating(column.type):
            raise UnreadableError(
                "unit_or_encoding", f"column {column.name} is a binary float, in which amounts and identifiers lose "
                "digits; write it as a decimal or as text", column=column.name,
            )  # fmt: skip
    return list(file.schema_arrow.names), _parquet_chunks(file)


def _parquet_chunks(file: "pa.parquet.ParquetFile") -> Iterator[Chunk]:
    import pyarrow as pa

    first = 1
    try:
        for batch in file.iter_batches(batch_size=_CHUNK):
            yield list(range(first, first + batch.num_rows)), [_to_text(column) for column in batch.columns]
            first += batch.num_rows
    except (pa.ArrowException, OSError) as error:
        raise UnreadableError(
            "unreadable",
            f"row {first} and following: not readable as Parquet ({error}); write the file again",
            line=first,
        ) from error


def _to_text(column: "pa.Array") -> list[str]:
    import pyarrow as pa

    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.timestamp("us", column.type.tz))
    return [_write(value) for value in column.to_pylist()]


def _write(value: object) -> str:
    """Write a value as the open format's csv would: decimals with their scale, ISO times, true and false."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, int | float) else json.dumps(value, ensure_ascii=False, default=str)

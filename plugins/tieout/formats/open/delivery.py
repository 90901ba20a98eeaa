"""Reading a delivery of the open format."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from tieout.core.blocks import open_lines
from tieout.core.columns import clean_column
from tieout.core.content import MAX_BYTES, Content
from tieout.core.quoted import QuotedRows
from tieout.core.reading import Chunk, Keep, Reading, UnreadableError
from tieout.core.splitting import Cells, turn
from tieout.formats.open.checks import Problems, find_problems
from tieout.formats.open.entities import ENTITIES, Field

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

# Rows of a Parquet file at once; a block of csv has about as many.
_ROWS = 8_000

Part = tuple["np.ndarray", Cells]
"""Line numbers and, column by column as the file has them, the cells."""


def read(content: Content, keep: Keep, entity: str) -> Reading:
    """Read a delivery of `entity`: csv in UTF-8 with a header, or Parquet (line numbers are then row numbers).

    A missing required column, an unreadable value, a word outside a closed list or a damaged identifier refuses the
    whole delivery; the message lists the first five. Unknown columns are kept. There are no totals in such a file.
    """
    import pyarrow as pa

    with _open_parquet(content, entity) if content.head(4) == b"PAR1" else _open_csv(content) as (header, parts):
        unknown = _check_header(header, entity)
        fields = {field.name: field for field in ENTITIES[entity]}
        columns = (*fields, *unknown)
        problems = Problems()
        for lines, written in parts:
            clean = {name: clean_column(cells, _strip) for name, cells in zip(header, written, strict=True)}
            _check(lines, clean, fields, problems)
            absent = pa.nulls(len(lines), pa.string())
            if not problems.count:
                keep(Chunk(columns, lines, tuple(clean.get(name, absent) for name in columns)))
    problems.refuse()
    return Reading(columns, tuple(header), unknown=unknown)


def _strip(cell: str) -> str | None:
    return cell.strip() or None


def _check(lines: "np.ndarray", cells: dict[str, "pa.Array"], fields: Mapping[str, Field], problems: Problems) -> None:
    bad = {name: find_problems(cells[name], field) for name, field in fields.items() if name in cells}
    bad = {name: found for name, found in bad.items() if found}
    if not bad:
        return
    columns = [cells[name].to_pylist() for name in bad]
    for line, *row in zip(lines.tolist(), *columns, strict=True):
        for (name, found), value in zip(bad.items(), row, strict=True):
            if value in found:
                problems.add(line, name, value or "", found[value])


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


@contextmanager
def _open_csv(content: Content) -> Iterator[tuple[list[str], Iterator[Part]]]:
    """Give header and rows, each with the line that it starts at: a quoted cell may hold line feeds."""
    rows = QuotedRows(open_lines(content, ("utf-8-sig",)))
    header = [name.strip() for name in rows.read(1)[0][1]]
    yield header, _csv_parts(rows, len(header))


def _csv_parts(rows: QuotedRows, width: int) -> Iterator[Part]:
    for part in rows.chunks(width):
        if not isinstance(part, list):
            yield part
            continue
        whole = [(line, cells) for line, cells in part if cells]
        odd = next(((line, cells) for line, cells in whole if len(cells) != width), None)
        if odd:
            line, cells = odd
            raise UnreadableError(
                "unreadable", f"line {line} has {len(cells)} cells, the header has {width}; the file is cut off, or "
                "a comma or quote is not escaped: write it again", line=line, value=",".join(cells)[:200],
            )  # fmt: skip
        if whole:
            yield turn(whole)


@contextmanager
def _open_parquet(content: Content, entity: str) -> Iterator[tuple[list[str], Iterator[Part]]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    content.check_size()
    declared = {field.name for field in ENTITIES[entity]}
    with content.open() as opened:
        try:
            file = pq.ParquetFile(opened, buffer_size=1 << 20)
        except (pa.ArrowException, OSError) as error:
            raise UnreadableError(
                "unreadable", f"not readable as Parquet ({error}); it is cut off or damaged: write it again"
            ) from error
        _check_parquet(file, declared)
        yield list(file.schema_arrow.names), _parquet_parts(file)


def _check_parquet(file: "pa.parquet.ParquetFile", declared: set[str]) -> None:
    import pyarrow as pa

    unpacked = sum(file.metadata.row_group(number).total_byte_size for number in range(file.metadata.num_row_groups))
    if unpacked > MAX_BYTES:
        raise UnreadableError(
            "oversized", f"the file unpacks to {unpacked} bytes; at most {MAX_BYTES} are read: deliver it in parts"
        )
    for column in file.schema_arrow:
        if column.name in declared and pa.types.is_floating(column.type):
            raise UnreadableError(
                "unit_or_encoding", f"column {column.name} is a binary float, in which amounts and identifiers lose "
                "digits; write it as a decimal or as text", column=column.name,
            )  # fmt: skip


def _parquet_parts(file: "pa.parquet.ParquetFile") -> Iterator[Part]:
    import numpy as np
    import pyarrow as pa

    first = 1
    try:
        for batch in file.iter_batches(batch_size=_ROWS):
            yield np.arange(first, first + batch.num_rows), tuple(map(_to_text, batch.columns))
            first += batch.num_rows
    except (pa.ArrowException, OSError) as error:
        raise UnreadableError(
            "unreadable",
            f"row {first} and following: not readable as Parquet ({error}); write the file again",
            line=first,
        ) from error


def _to_text(column: "pa.Array") -> "pa.Array":
    import pyarrow as pa

    if pa.types.is_string(column.type):
        return column.fill_null("")

    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.timestamp("us", column.type.tz))
    return pa.array([_write(value) for value in column.to_pylist()], pa.string())


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

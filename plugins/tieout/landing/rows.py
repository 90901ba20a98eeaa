"""A reading as rows.parquet: the stream's declared columns as text, and each row's lineage and identity."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import pairwise
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from tieout.core.amounts import Total
from tieout.core.columns import holds, lay_open
from tieout.core.errors import TieoutError
from tieout.core.reading import Chunk, UnreadableError
from tieout.landing import repetitions
from tieout.sources import Stream

if TYPE_CHECKING:
    import pyarrow as pa

GROUP_ROWS = 100_000
"""Rows of a row group: as much as is held at once, by whoever writes or reads them."""

_GROUP_BYTES = 64 << 20
_SEPARATOR, _NULL, _ESCAPE = "\x1f", "\x00", "\x1b"
_ESCAPED = {_ESCAPE: f"{_ESCAPE}e", _SEPARATOR: f"{_ESCAPE}s", _NULL: f"{_ESCAPE}n"}


class RowsWriter:
    """Writes the rows of one file as they are read, and counts and adds up what a companion may state.

    Columns: the declared ones in their order (text; null where the file has no such column), `unknown_columns` (JSON
    object of the others, null where there are none), `line_number`, `row_hash`, `occurrence_number`.
    """

    def __init__(self, path: Path, stream: Stream, tell: Callable[[int], None] = lambda _: None) -> None:
        """Begin the file at `path`; `tell` hears how many rows there are so far."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        self.row_count = 0
        self._path, self._stream, self._tell = path, stream, tell
        self._total = Total(stream.amount_column or "")
        self._waiting: list[pa.RecordBatch] = []
        self._repetitions = repetitions.Repetitions()
        lineage = {"line_number": pa.int32(), "row_hash": pa.string(), "occurrence_number": pa.int32()}
        texts = dict.fromkeys((*stream.columns, "unknown_columns"), pa.string())
        self._schema = pa.schema(list((texts | lineage).items()))
        self._writer = pq.ParquetWriter(path, self._schema, **repetitions.WRITTEN)

    def take(self, chunk: Chunk) -> None:
        """Take some rows. Raises UnreadableError where a column stands twice."""
        import pyarrow as pa

        given = _name(chunk)
        absent = pa.nulls(len(chunk), pa.string())
        columns = [given.get(name, absent) for name in self._stream.columns]
        unknown = {name: cells for name, cells in given.items() if name not in self._stream.columns}
        columns.append(_to_json(unknown) if unknown else absent)
        if self._stream.amount_column in given:
            self._total.add(chunk.lines, given[self._stream.amount_column])
        digests = digest_rows(columns)
        self._repetitions.add(digests)
        lineage = [pa.array(chunk.lines, pa.int32()), _to_hex(digests), pa.array([1] * len(chunk), pa.int32())]
        self._waiting.append(pa.RecordBatch.from_arrays([*columns, *lineage], schema=self._schema))
        self.row_count += len(chunk)
        with _said():
            if self._write(GROUP_ROWS):
                self._tell(self.row_count)

    def __enter__(self) -> "RowsWriter":
        """Begin."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Write what is left and number rows that are equal; after an error the file is worth nothing."""
        if error:
            with suppress(OSError):
                self._writer.close()
            return
        with _said():
            self._write(1)
            self._writer.close()
            self._repetitions.number(self._path)

    @property
    def total(self) -> "Total":
        """The sum of the stream's amount column."""
        return self._total

    def _write(self, least: int) -> bool:
        """Write whole row groups, so that they depend on the rows alone; very wide rows make smaller ones.

        With `least` 1 also what is left.
        """
        import pyarrow as pa

        rows = sum(batch.num_rows for batch in self._waiting)
        if rows < least and sum(batch.nbytes for batch in self._waiting) < _GROUP_BYTES:
            return False
        table = pa.Table.from_batches(self._waiting, self._schema)
        while table.num_rows:
            self._writer.write_table(table.slice(0, GROUP_ROWS), row_group_size=GROUP_ROWS)
            table = table.slice(GROUP_ROWS)
            if table.num_rows < least:
                break
        self._waiting = table.to_batches()
        return True


@contextmanager
def _said() -> Iterator[None]:
    """Tell a person that it is the disk, not the file."""
    try:
        yield
    except OSError as error:
        raise TieoutError(f"The rows cannot be written ({error}): make room in landing, then land again.") from error


def digest_rows(columns: "Sequence[pa.Array]") -> list[bytes]:
    """Give each row the first 16 bytes of the sha256 of its cells.

    The cells are joined by U+001F, a null is U+0000; either of them inside a value is escaped by U+001B. So no two
    different rows are joined alike, and a null is not an empty text.
    """
    if not len(columns[0]):
        return []
    sha256 = hashlib.sha256
    joined, starts = _join([_to_plain(column) for column in columns])
    return [sha256(joined[begin:end]).digest()[:16] for begin, end in pairwise(starts)]


def _join(columns: "Sequence[pa.Array]") -> tuple[bytes, list[int]]:
    import pyarrow as pa
    import pyarrow.compute as pc

    joined = pc.binary_join_element_wise(*columns, _SEPARATOR).cast(pa.binary())
    starts, data = lay_open(joined)
    return data.tobytes(), starts.tolist()


def _to_plain(column: "pa.Array") -> "pa.Array":
    import pyarrow.compute as pc

    # One look at all bytes of a column is far cheaper than one at every cell.
    if holds(column, *(mark.encode() for mark in _ESCAPED)):
        for mark, written in _ESCAPED.items():
            column = pc.replace_substring(column, mark, written)
    return column.fill_null(_NULL) if column.null_count else column


def _to_hex(digests: Sequence[bytes]) -> "pa.Array":
    import numpy as np
    import pyarrow as pa

    text = b"".join(digests).hex().encode()
    places = np.arange(0, len(text) + 1, 32, dtype=np.int32)
    return pa.Array.from_buffers(pa.string(), len(digests), [None, pa.py_buffer(places), pa.py_buffer(text)])


def _name(chunk: Chunk) -> "dict[str, pa.Array]":
    repeated = [name for name, count in Counter(chunk.columns).items() if count > 1]
    if repeated:
        raise UnreadableError(
            "schema_drift",
            f"the column '{repeated[0]}' stands more than once in the header: leave one of them",
            column=repeated[0],
        )
    return dict(zip(chunk.columns, chunk.cells, strict=True))


def _to_json(unknown: "dict[str, pa.Array]") -> "pa.Array":
    import pyarrow as pa

    encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode
    rows = zip(*(cells.to_pylist() for cells in unknown.values()), strict=True)
    return pa.array([encode(dict(zip(unknown, row, strict=True))) for row in rows], pa.string())

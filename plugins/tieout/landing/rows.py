"""A reading as rows.parquet: the stream's declared columns as text, and each row's lineage and identity."""

import hashlib
import json
import re
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from itertools import pairwise
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from tieout.core.amounts import Total
from tieout.core.columns import lay_open
from tieout.core.errors import TieoutError
from tieout.core.reading import Chunk, UnreadableError
from tieout.landing import repetitions
from tieout.sources import Stream

if TYPE_CHECKING:
    import pyarrow as pa

GROUP_ROWS = 100_000
"""Rows of a row group: as much as is held at once, by whoever writes or reads them."""

_GROUP_BYTES = 64 << 20
_AHEAD = 2
_QUOTED = re.compile(rb'[\x00-\x1f"\\\\]')
_quote = json.JSONEncoder(ensure_ascii=False).encode
_SEPARATOR, _NULL, _ESCAPE = "\x1f", "\x00", "\x1b"
_ESCAPED = {_ESCAPE: f"{_ESCAPE}e", _SEPARATOR: f"{_ESCAPE}s", _NULL: f"{_ESCAPE}n"}


class RowsWriter:
    """Writes the rows of one file as they are read, and counts and adds up what a companion may state.

    A second thread writes while the next rows are read: half of either's work is done outside of Python's lock.

    Columns: the declared ones in their order (text; null where the file has no such column), `unknown_columns` (JSON
    object of the others, null where there are none), `line_number`, `row_hash`, `occurrence_number`.
    """

    def __init__(
        self, path: Path, stream: Stream, *, adds_up: bool = False, tell: Callable[[int], None] = lambda _: None
    ) -> None:
        """Begin the file at `path`; `adds_up` the amount column, `tell` hears how many rows there are so far."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        self.row_count = self._told = 0
        self._thread, self._ahead = ThreadPoolExecutor(1), deque[Future[None]]()
        self._first: Chunk | None = None
        self._path, self._stream, self._tell = path, stream, tell
        self._total = Total(stream.amount_column) if stream.amount_column and adds_up else None
        self._waiting: list[pa.RecordBatch] = []
        self._repetitions = repetitions.Repetitions()
        lineage = {"line_number": pa.int32(), "row_hash": pa.string(), "occurrence_number": pa.int32()}
        texts = dict.fromkeys((*stream.columns, "unknown_columns"), pa.string())
        self._schema = pa.schema(list((texts | lineage).items()))
        self._writer = pq.ParquetWriter(path, self._schema, **repetitions.how_written(self._schema))

    def take(self, chunk: Chunk) -> None:
        """Take some rows. Raises UnreadableError where a column stands twice, if not now then later."""
        if self._first is None and not self._ahead:
            self._first = chunk
        else:
            self._hand_over(chunk)
        self.row_count += len(chunk)
        if self.row_count - self._told >= GROUP_ROWS:
            self._told = self.row_count
            self._tell(self.row_count)

    def wait(self) -> None:
        """Come to the end of what was taken. Raises what is wrong with it."""
        if self._first is not None:
            # Most files are one chunk, which is not worth a thread.
            self._take(self._first)
            self._first = None
        while self._ahead:
            self._ahead.popleft().result()

    def _hand_over(self, chunk: Chunk) -> None:
        chunks = [chunk] if self._first is None else [self._first, chunk]
        self._first = None
        self._ahead.extend(self._thread.submit(self._take, one) for one in chunks)
        while len(self._ahead) > _AHEAD:
            self._ahead.popleft().result()

    def __enter__(self) -> "RowsWriter":
        """Begin."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Write what is left and number rows that are equal; after an error the file is worth nothing."""
        if not error:
            self.wait()
        self._thread.shutdown(cancel_futures=True)
        if error:
            with suppress(OSError):
                self._writer.close()
            return
        with _said():
            self._write(1)
            self._writer.close()
            self._repetitions.number(self._path)

    @property
    def total(self) -> Total | None:
        """The sum of the stream's amount column, if it adds up one."""
        return self._total

    def _take(self, chunk: Chunk) -> None:
        import pyarrow as pa

        given = _name(chunk)
        absent = pa.nulls(len(chunk), pa.string())
        columns = [given.get(name, absent) for name in self._stream.columns]
        unknown = {name: cells for name, cells in given.items() if name not in self._stream.columns}
        columns.append(_to_json(unknown) if unknown else absent)
        if self._total and self._stream.amount_column in given:
            self._total.add(chunk.lines, given[self._stream.amount_column])
        digests = digest_rows(columns)
        self._repetitions.add(digests)
        lineage = [pa.array(chunk.lines, pa.int32()), _to_hex(digests), pa.array([1] * len(chunk), pa.int32())]
        self._waiting.append(pa.RecordBatch.from_arrays([*columns, *lineage], schema=self._schema))
        with _said():
            self._write(GROUP_ROWS)

    def _write(self, least: int) -> None:
        """Write whole row groups, so that they depend on the rows alone; very wide rows make smaller ones.

        With `least` 1 also what is left.
        """
        import pyarrow as pa

        rows = sum(batch.num_rows for batch in self._waiting)
        if rows < least and sum(batch.nbytes for batch in self._waiting) < _GROUP_BYTES:
            return
        table = pa.Table.from_batches(self._waiting, self._schema)
        while table.num_rows:
            self._writer.write_table(table.slice(0, GROUP_ROWS), row_group_size=GROUP_ROWS)
            table = table.slice(GROUP_ROWS)
            if table.num_rows < least:
                break
        self._waiting = table.to_batches()


@contextmanager
def _said() -> Iterator[None]:
    """Tell a person that it is the disk, not the file."""
    try:
        yield
    except OSError as error:
        raise TieoutError(f"The rows cannot be written ({error}): make room in landing, then land again.") from error


def digest_rows(columns: "Sequence[pa.Array]") -> bytes:
    """Give the first 16 bytes of the sha256 of each row's cells, one row's behind the other's.

    The cells are joined by U+001F, a null is U+0000; either of them inside a value is escaped by U+001B. So no two
    different rows are joined alike, and a null is not an empty text.
    """
    if not len(columns[0]):
        return b""
    sha256 = hashlib.sha256
    joined, starts = _join(columns)
    if _is_ambiguous(joined, columns):
        joined, starts = _join([_escape(column) for column in columns])
    return b"".join([sha256(joined[begin:end]).digest()[:16] for begin, end in pairwise(starts)])


def _join(columns: "Sequence[pa.Array]") -> tuple[bytes, list[int]]:
    import pyarrow as pa
    import pyarrow.compute as pc

    joined = pc.binary_join_element_wise(*columns, _SEPARATOR, null_handling="replace", null_replacement=_NULL)
    starts, data = lay_open(joined.cast(pa.binary()))
    return data.tobytes(), starts.tolist()


def _is_ambiguous(joined: bytes, columns: "Sequence[pa.Array]") -> bool:
    """Whether a value holds what joins them: then there is more of it than joining them makes."""
    separators = (len(columns) - 1) * len(columns[0])
    nulls = sum(column.null_count for column in columns)
    return (
        joined.count(_SEPARATOR.encode()) != separators
        or joined.count(_NULL.encode()) != nulls
        or _ESCAPE.encode() in joined
    )


def _escape(column: "pa.Array") -> "pa.Array":
    import pyarrow.compute as pc

    for mark, written in _ESCAPED.items():
        column = pc.replace_substring(column, mark, written)
    return column


def _to_hex(digests: bytes) -> "pa.Array":
    import numpy as np
    import pyarrow as pa

    text = digests.hex().encode()
    places = np.arange(0, len(text) + 1, 32, dtype=np.int32)
    return pa.Array.from_buffers(pa.string(), len(places) - 1, [None, pa.py_buffer(places), pa.py_buffer(text)])


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
    """Write unknown columns as json.dumps would, keys sorted."""
    import pyarrow.compute as pc

    parts: list[object] = []
    for name in sorted(unknown):
        parts += [f"{', ' if parts else '{'}{_quote(name)}: ", _quote_all(unknown[name])]
    return pc.binary_join_element_wise(*parts, "}", "")


def _quote_all(cells: "pa.Array") -> "pa.Array":
    import pyarrow as pa
    import pyarrow.compute as pc

    starts, data = lay_open(cells)
    if _QUOTED.search(data[starts[0] : starts[-1]].tobytes()):
        return pa.array(["null" if value is None else _quote(value) for value in cells.to_pylist()], pa.string())
    return pc.binary_join_element_wise('"', cells, '"', "").fill_null("null")

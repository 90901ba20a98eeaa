"""A reading as a table: the stream's declared columns as text, and each row's lineage and identity."""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tieout.core.reading import Reading, UnreadableError
from tieout.sources import Stream

if TYPE_CHECKING:
    import pyarrow

Column = Sequence[str | None]
_SEPARATOR, _NULL, _ESCAPE = "\x1f", "\x00", "\x1b"
_ESCAPED = str.maketrans({_SEPARATOR: f"{_ESCAPE}s", _NULL: f"{_ESCAPE}n", _ESCAPE: f"{_ESCAPE}e"})


def tabulate(stream: Stream, reading: Reading) -> "pyarrow.Table":
    """Lay a reading out as rows.parquet has it.

    Columns: the declared ones in their order (text; null where the file has no such column), `unknown_columns` (JSON
    object of the others, null where there are none), `line_number`, `row_hash`, `occurrence_number`. Raises
    UnreadableError where a column stands twice, ValueError where a row has not one cell per column.
    """
    import pyarrow as pa

    repeated = [name for name, count in Counter(reading.columns).items() if count > 1]
    if repeated:
        raise UnreadableError(
            "schema_drift",
            f"the column '{repeated[0]}' stands more than once in the header: leave one of them",
            column=repeated[0],
            window=reading.window,
            account=reading.account,
        )
    lines, cells = zip(*reading.rows, strict=True) if reading.rows else ((), ())
    if cells and len(cells[0]) != len(reading.columns):
        raise ValueError(f"{len(reading.columns)} columns, but {len(cells[0])} cells in line {lines[0]}")
    given: dict[str, Column] = dict(zip(reading.columns, zip(*cells, strict=True), strict=True)) if cells else {}
    absent: Column = (None,) * len(lines)
    columns = {name: given.get(name, absent) for name in stream.columns}
    unknown = tuple(name for name in reading.columns if name not in columns)
    columns["unknown_columns"] = _to_json(unknown, given) if unknown and given else absent
    hashes = hash_rows(tuple(columns.values()))
    arrays = {name: pa.array(values, pa.string()) for name, values in columns.items()}
    arrays["line_number"] = pa.array(lines, pa.int32())
    arrays["row_hash"] = pa.array(hashes, pa.string())
    arrays["occurrence_number"] = pa.array(count_occurrences(hashes), pa.int32())
    return pa.table(arrays)


def hash_rows(columns: Sequence[Column]) -> list[str]:
    """Give each row the first 32 hex digits of the sha256 of its cells.

    The cells are joined by U+001F, a null is U+0000; either of them inside a value is escaped by U+001B. So no two
    different rows are joined alike, and a null is not an empty text.
    """
    sha256 = hashlib.sha256
    plain = [_to_plain(column) for column in columns]
    return [sha256(_SEPARATOR.join(row).encode()).hexdigest()[:32] for row in zip(*plain, strict=True)]


def count_occurrences(hashes: Sequence[str]) -> list[int]:
    """Number equal rows from 1 in their order: two identical legitimate rows stay two."""
    if len(set(hashes)) == len(hashes):
        return [1] * len(hashes)
    seen: Counter[str] = Counter()
    numbers = []
    for value in hashes:
        seen[value] += 1
        numbers.append(seen[value])
    return numbers


def _to_plain(column: Column) -> Sequence[str]:
    # One scan of the joined column is far cheaper than a look at every cell.
    text = "".join(filter(None, column))
    if _SEPARATOR in text or _NULL in text or _ESCAPE in text:
        column = [value and value.translate(_ESCAPED) for value in column]
    return [_NULL if value is None else value for value in column]


def _to_json(unknown: tuple[str, ...], given: dict[str, Column]) -> list[str | None]:
    encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode
    values = zip(*(given[name] for name in unknown), strict=True)
    return [encode(dict(zip(unknown, row, strict=True))) for row in values]

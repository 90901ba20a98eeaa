"""Numbering the rows of a file that are equal: two identical legitimate rows stay two."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

_UNLIKE = {"row_hash": "PLAIN", "line_number": "DELTA_BINARY_PACKED"}
"""Columns without two equal values, and how they are encoded."""


def how_written(schema: "pa.Schema") -> dict[str, Any]:
    """Say how rows.parquet is written: as fast as it is read, in half the space; nobody looks for a row in it."""
    return {
        "compression": "zstd",
        "compression_level": 1,
        "use_dictionary": [name for name in schema.names if name not in _UNLIKE],
        # A column with many different values is found out early.
        "dictionary_pagesize_limit": 1 << 16,
        "column_encoding": _UNLIKE,
        "write_statistics": False,
    }


class Repetitions:
    """Remembers eight bytes of each row, and numbers equal rows from 1 in their order once all are there.

    Until then every row is the first of its kind, which nearly all are; only a file with equal rows is written again.
    """

    def __init__(self) -> None:
        """Begin without rows."""
        self._seen: list[np.ndarray] = []

    def add(self, digests: bytes) -> None:
        """Take the rows' identities, 16 bytes each."""
        import numpy as np

        self._seen.append(np.frombuffer(digests, np.uint64)[::2].copy())

    def number(self, path: Path) -> None:
        """Write the rows' numbers into rows.parquet, where they are not all 1."""
        import numpy as np

        if not self._seen:
            return
        halves = np.concatenate(self._seen)
        self._seen = []
        halves.sort()
        repeated = np.unique(halves[1:][halves[1:] == halves[:-1]])
        del halves
        if len(repeated):
            numbers = _count(path, repeated)
            _rewrite(path, numbers)


def _count(path: Path, repeated: "np.ndarray") -> Iterator["pa.Array"]:
    """Give the numbers of each row group's rows, of which those with a half identity in `repeated` may be equal."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    counts, others = np.zeros(len(repeated), np.int32), np.zeros(len(repeated), np.uint64)
    apart: Counter[bytes] = Counter()
    with pq.ParquetFile(path) as file:
        for group in range(file.num_row_groups):
            hashes = file.read_row_group(group, ["row_hash"])["row_hash"].to_pylist()
            pairs = np.frombuffer(bytes.fromhex("".join(hashes)), np.uint64).reshape(-1, 2)
            numbers = np.ones(len(pairs), np.int32)
            places = np.flatnonzero(np.isin(pairs[:, 0], repeated))
            keys = np.searchsorted(repeated, pairs[places, 0])
            kinds, firsts = np.unique(keys, return_index=True)
            new = counts[kinds] == 0
            others[kinds[new]] = pairs[places[firsts[new]], 1]
            same = others[keys] == pairs[places, 1]
            numbers[places[same]] = _number(keys[same], counts)
            # Rows of which only half of the identity is equal are counted by all of it.
            for place in places[~same].tolist():
                whole = pairs[place].tobytes()
                apart[whole] += 1
                numbers[place] = apart[whole]
            yield pa.array(numbers)


def _number(keys: "np.ndarray", counts: "np.ndarray") -> "np.ndarray":
    """Go on counting each key, in their order."""
    import numpy as np

    order = np.argsort(keys, kind="stable")
    kinds, begins, sizes = np.unique(keys[order], return_index=True, return_counts=True)
    numbers = np.empty(len(keys), np.int32)
    numbers[order] = np.arange(len(keys)) - np.repeat(begins, sizes) + 1 + np.repeat(counts[kinds], sizes)
    counts[kinds] += sizes.astype(np.int32)
    return numbers


def _rewrite(path: Path, numbers: Iterator["pa.Array"]) -> None:
    import pyarrow.parquet as pq

    made = path.with_suffix(".numbered")
    with pq.ParquetFile(path) as file:
        schema = file.schema_arrow
        place = schema.get_field_index("occurrence_number")
        with pq.ParquetWriter(made, schema, **how_written(schema)) as writer:
            for group, counted in enumerate(numbers):
                table = file.read_row_group(group)
                writer.write_table(table.set_column(place, "occurrence_number", counted), row_group_size=len(table))
    made.replace(path)

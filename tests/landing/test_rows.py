from collections import Counter
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout.core.reading import Chunk, Reading, Row, UnreadableError
from tieout.landing import rows as written
from tieout.landing.rows import RowsWriter, digest_rows
from tieout.sources import Stream

CELLS = st.none() | st.text(alphabet="ab\x00\x1b\x1fsne", max_size=4)
STREAM = Stream("open", "any", lambda *_: Reading((), ()), ("a", "b"), ())


def write(folder: Path, columns: tuple[str, ...], *parts: list[Row]) -> pa.Table:
    """Write the rows of a file that are read in these parts."""
    path = folder / "rows.parquet"
    with RowsWriter(path, STREAM) as writer:
        for part in parts:
            writer.take(Chunk.of(columns, part))
    return pq.read_table(path)


def digests(rows: list[tuple[str | None, ...]]) -> list[bytes]:
    found = digest_rows([pa.array(column, pa.string()) for column in zip(*rows, strict=True)])
    return [found[place : place + 16] for place in range(0, len(found), 16)]


@given(st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=30))
def test_rows_hash_alike_exactly_when_they_are_alike(rows: list[tuple[str | None, ...]]) -> None:
    found = digests(rows)
    assert len(set(found)) == len(set(rows))
    assert all(digests([row]) == [value] for row, value in zip(rows, found, strict=True))


def test_a_null_is_not_an_empty_text_and_a_cell_does_not_slide_into_the_next() -> None:
    assert len(set(digests([(None, ""), ("", None), ("ab", ""), ("a", "b")]))) == 4


def test_identical_legitimate_rows_stay_two(tmp_path: Path) -> None:
    table = write(tmp_path, ("a", "b"), [(2, ("x", "1")), (3, ("y", "1"))], [(4, ("x", "1"))])
    hashes = table.column("row_hash").to_pylist()
    assert hashes[0] == hashes[2] != hashes[1]
    assert table.column("occurrence_number").to_pylist() == [1, 1, 2]
    # The first half of the sha256 of what is joined: a row keeps its identity for ever.
    assert hashes[1] == "905b235843de87adfd51e2191381e1e9"


def test_rows_that_repeat_across_row_groups_are_numbered_in_their_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(written, "GROUP_ROWS", 7)
    values = [str(place * place % 11) for place in range(60)]
    parts = [[(place, (values[place], None)) for place in range(at, at + 4)] for at in range(0, 60, 4)]
    table = write(tmp_path, ("a", "b"), *parts)
    seen: Counter[str] = Counter()
    expected = []
    for value in values:
        seen[value] += 1
        expected.append(seen[value])
    assert table.column("a").to_pylist() == values
    assert table.column("occurrence_number").to_pylist() == expected
    assert pq.ParquetFile(tmp_path / "rows.parquet").num_row_groups == 9
    assert [path.name for path in tmp_path.iterdir()] == ["rows.parquet"]


def test_a_row_has_the_same_hash_whatever_order_its_file_has_the_columns_in(tmp_path: Path) -> None:
    one = write(tmp_path, ("a", "b", "x", "y"), [(2, ("1", None, "3", "4"))])
    two = write(tmp_path, ("y", "b", "x", "a"), [(2, ("4", None, "3", "1"))])
    assert one.equals(two)
    other = write(tmp_path, ("a", "x", "y"), [(2, ("1", "3", "5"))])
    assert other.column("row_hash") != one.column("row_hash")


def test_a_column_that_stands_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="'x' stands more than once"):
        write(tmp_path, ("a", "x", "x"), [(2, ("1", "3", "4"))])

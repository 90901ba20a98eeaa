import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout.core.reading import Reading, UnreadableError
from tieout.landing.rows import hash_rows, tabulate
from tieout.sources import Stream

CELLS = st.none() | st.text(alphabet="ab\x00\x1b\x1fsne", max_size=4)
STREAM = Stream("open", "any", lambda _: Reading((), (), ()), ("a", "b"), ())


@given(st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=30))
def test_rows_hash_alike_exactly_when_they_are_alike(rows: list[tuple[str | None, ...]]) -> None:
    hashes = hash_rows(list(zip(*rows, strict=True)))
    assert len(set(hashes)) == len(set(rows))
    assert all(hash_rows([(cell,) for cell in row]) == [value] for row, value in zip(rows, hashes, strict=True))


def test_a_null_is_not_an_empty_text_and_a_cell_does_not_slide_into_the_next() -> None:
    assert len(set(hash_rows([(None, "", "ab", "a"), ("", None, "", "b")]))) == 4


def test_identical_legitimate_rows_stay_two() -> None:
    rows = [(2, ("x", "1")), (3, ("y", "1")), (4, ("x", "1"))]
    table = tabulate(STREAM, Reading(("a", "b"), ("a", "b"), rows))
    hashes = table.column("row_hash").to_pylist()
    assert hashes[0] == hashes[2] != hashes[1]
    assert table.column("occurrence_number").to_pylist() == [1, 1, 2]
    assert all(len(value) == 32 for value in hashes)


def test_a_row_has_the_same_hash_whatever_order_its_file_has_the_columns_in() -> None:
    one = tabulate(STREAM, Reading(("a", "b", "x", "y"), (), [(2, ("1", None, "3", "4"))], unknown=("x", "y")))
    two = tabulate(STREAM, Reading(("y", "b", "x", "a"), (), [(2, ("4", None, "3", "1"))], unknown=("y", "x")))
    assert one.equals(two)
    other = tabulate(STREAM, Reading(("a", "x", "y"), (), [(2, ("1", "3", "5"))], unknown=("x", "y")))
    assert other.column("row_hash") != one.column("row_hash")


def test_a_column_that_stands_twice_is_refused() -> None:
    with pytest.raises(UnreadableError, match="'x' stands more than once"):
        tabulate(STREAM, Reading(("a", "x", "x"), (), [(2, ("1", "3", "4"))]))

"""Arrow's way of splitting and the csv module's, row by row, give the same cells, whatever the text."""

import csv
import io

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tieout.core import quoted
from tieout.core.blocks import open_lines
from tieout.core.columns import clean_column
from tieout.core.content import Content
from tieout.core.quoted import QuotedRows
from tieout.core.reading import UnreadableError
from tieout.core.splitting import split_plain, split_quoted, turn
from tieout.core.text import unwrap
from tieout.formats.open.checks import _find_problem, find_problems
from tieout.formats.open.entities import Field

CELLS = st.text(alphabet='ab1 \t,"\n\r\0\ufeff\u3000\xa0é交易😀', max_size=6)
PARTS = st.sampled_from(["a", "1", " ", ",", ",", '"', '""', '","', "\n", "\n", "\r\n", "\r", "\t", "交", "\0", '="'])
TEXTS = st.lists(PARTS, max_size=40).map("".join)
Rows = list[tuple[int, list[str]]]


def blocks(text: str, size: int) -> list[bytes]:
    """Cut a text behind line feeds, into blocks of about a size."""
    made, part = [], b""
    for line in text.encode().splitlines(keepends=True):
        part += line
        if len(part) >= size and part.endswith(b"\n"):
            made.append(part)
            part = b""
    return [*made, part] if part else made


def by_rows(text: str) -> Rows:
    """Read as the csv module does."""
    reader, rows, start = csv.reader(io.StringIO(text, newline=""), strict=True), [], 1
    for cells in reader:
        rows.append((start, cells))
        start = reader.line_num + 1
    return [(line, cells) for line, cells in rows if cells]


def by_chunks(text: str, size: int, width: int) -> Rows:
    """Read in columns where that is possible."""
    rows: Rows = []
    for chunk in QuotedRows(iter(blocks(text, size))).chunks(width):
        if isinstance(chunk, list):
            rows.extend((line, cells) for line, cells in chunk if cells)
        else:
            lines, cells = chunk
            rows.extend(zip(lines.tolist(), map(list, zip(*(c.to_pylist() for c in cells), strict=True)), strict=True))
    return rows


@settings(max_examples=1500, deadline=None)
@given(TEXTS, st.integers(1, 40), st.integers(1, 4))
@example('a,"b\n\n"\n\n1,2\n', 1, 2)
@example('a,b"c\n1,2\n', 4, 2)
@example("a,b\n\r1,2\n", 40, 2)
@example('a,"b"\r\n"",\r\n', 40, 2)
def test_any_csv_gives_the_rows_of_the_csv_module(text: str, size: int, width: int) -> None:
    try:
        expected = by_rows(text)
    except csv.Error:
        with pytest.raises(UnreadableError, match="not readable as csv"):
            by_chunks(text, size, width)
    else:
        assert by_chunks(text, size, width) == expected


@settings(max_examples=400, deadline=None)
@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=12), st.integers(1, 60))
def test_what_a_csv_writer_wrote_is_read_in_columns(rows: list[list[str]], size: int) -> None:
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)
    assert [cells for _, cells in by_chunks(out.getvalue(), size, 3)] == rows
    split = split_quoted(out.getvalue().replace("\r", "").encode(), 3)
    assert split is not None
    assert split[2] == len(out.getvalue().replace("\r", "").encode())


@settings(max_examples=800, deadline=None)
@given(TEXTS.filter(bool), st.integers(2, 4))
def test_lines_without_quoting_are_split_at_every_comma(text: str, width: int) -> None:
    lines = [line.removesuffix("\r") for line in text.removesuffix("\n").split("\n")]
    split = split_plain(text.encode(), width)
    if split is None:
        assert "\r" in text.replace("\r\n", "\n")
        return
    cells, places, odd = split
    found = dict(zip(places.tolist(), map(list, zip(*(c.to_pylist() for c in cells), strict=True)), strict=True))
    found |= {place: line.split(",") for place, line in odd}
    # A blank line is a row of blank cells.
    assert found == {
        place: line.split(",") if line or place in dict(odd) else [""] * width for place, line in enumerate(lines)
    }


@settings(max_examples=600, deadline=None)
@given(st.lists(st.text(alphabet="a`'=\"0. \t\x1c\u3000\xa0\u2028交）\x85", max_size=5), min_size=1, max_size=20))
def test_a_column_is_cleaned_like_its_cells(cells: list[str]) -> None:
    many = cells * 100
    assert clean_column(pa.array(many), unwrap, first=b"=`'").to_pylist() == [unwrap(cell) for cell in many]


VALUES = {
    "decimal": st.text(alphabet="0123456789.+-e,", max_size=9) | st.decimals(allow_nan=False, places=3).map(str),
    "timestamp": st.from_regex(
        r"\A[012]\d{3}-[01]\d-[0-3]\d([T ][0-2]\d(:[0-6]\d(:[0-6]\d(\.\d)?)?)?)?(Z|[+-]\d\d:?[0-6]\d)?\Z"
    )
    | st.datetimes().map(str),
    "date": st.dates().map(str) | st.just("2026-02-30"),
    "integer": st.text(alphabet="0123456789.+-", max_size=4),
    "boolean": st.sampled_from(["true", "false", "True"]),
}


@settings(max_examples=1500, deadline=None)
@given(
    st.sampled_from(sorted(VALUES)).flatmap(lambda kind: st.tuples(st.just(kind), st.lists(VALUES[kind], max_size=3)))
)
@example(("timestamp", ["2026-05-01T08", "2026-05-01T08:30"]))
@example(("timestamp", ["2026-05-01 08+08:00"]))
@example(("timestamp", ["0000-01-01"]))
@example(("timestamp", ["2026-05-01T08:30:00.5", "2026-05-01"]))
@example(("decimal", ["1.", "+.5", "1e3", "1234567890123456789"]))
def test_a_column_is_checked_like_its_values(case: tuple[str, list[str]]) -> None:
    kind, values = case[0], [value or None for value in case[1]]
    field = Field("f", kind, required=True)
    expected = {value: problem for value in values if (problem := _find_problem(value, field))}
    assert find_problems(pa.array(values, pa.string()), field) == expected


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_characters_that_stand_across_blocks_stay_whole(encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tieout.core.blocks.BLOCK", 3)
    text = "交易号,陶瓷杯😀\r\n退款,§é\n" * 5
    assert b"".join(open_lines(Content.of(text.encode(encoding)))).decode() == text


def test_regular_csv_is_never_read_row_by_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quoted.QuotedRows, "read", None)
    text = 'a,"b, ""c""\nd"\r\n' * 30
    assert len(by_chunks(text, 50, 2)) == 30
    lines, cells = turn([(1, ["a", "b"])])
    assert (lines.tolist(), [column.to_pylist() for column in cells]) == ([1], [["a"], ["b"]])

"""The open format loses nothing: what is written is what is read, as csv and as Parquet, whatever the text."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout.formats.open import ENTITIES, Field

from .whole import read

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12).map(str.strip)
VALUES = {
    "text": TEXT.map(lambda text: text or "x"),
    "decimal": st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**12), max_value=10**12).map(
        str
    ),
    "integer": st.integers(-999, 999).map(str),
    "date": st.dates().map(str),
    "timestamp": st.datetimes(timezones=st.just(UTC) | st.none()).map(lambda at: at.isoformat()),
    "boolean": st.sampled_from(["true", "false"]),
}


def values(field: Field) -> st.SearchStrategy[str | None]:
    exact = st.sampled_from(sorted(field.words)) if field.words else VALUES[field.type]
    return exact if field.required else st.none() | exact


@given(st.data(), st.sampled_from(sorted(ENTITIES)))
def test_what_is_written_as_csv_is_read_exactly(data: st.DataObject, entity: str):
    fields = ENTITIES[entity]
    rows = data.draw(st.lists(st.tuples(*(values(field) for field in fields)), max_size=4))
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerows([[field.name for field in fields], *rows])
    reading = read(("open", entity), stream.getvalue().encode())
    assert [cells for _, cells in reading.rows] == rows
    assert reading.reading.columns == tuple(field.name for field in fields)


def test_there_are_eighteen_entities_with_keys_and_the_words_they_close():
    assert len(ENTITIES) == 18
    assert all(any(field.is_key for field in fields) for fields in ENTITIES.values())
    closed = {(entity, field.name) for entity, fields in ENTITIES.items() for field in fields if field.words}
    assert ("settlement_lines", "type") not in closed
    assert {("orders", "status"), ("channel_transactions", "type"), ("stock_movements", "status")} <= closed


def test_parquet_comes_as_the_text_that_csv_would_have():
    table = pa.table(
        {
            "line_id": ["007", None],
            "account_id": pa.array(["A", "A"]).dictionary_encode(),
            "booked_on": pa.array([date(2026, 5, 1), date(2026, 5, 2)]),
            "amount": pa.array([Decimal("1.50"), Decimal("-0.00001")], pa.decimal128(20, 5)),
            "seen_at": pa.array([datetime(2026, 5, 1, 8, tzinfo=UTC), None], pa.timestamp("ms", "UTC")),
            "is_own": [True, None],
            "tags": [["a", "租"], []],
        }
    )
    stream = io.BytesIO()
    pq.write_table(table, stream)
    reading = read(("open", "bank_lines"), stream.getvalue())
    assert reading.reading.unknown == ("seen_at", "is_own", "tags")
    first, second = (dict(zip(reading.reading.columns, cells, strict=True)) for _, cells in reading.rows)
    assert [line for line, _ in reading.rows] == [1, 2]
    assert (first["line_id"], first["booked_on"], first["amount"]) == ("007", "2026-05-01", "1.50000")
    assert (first["seen_at"], first["is_own"], first["tags"]) == ("2026-05-01T08:00:00+00:00", "true", '["a", "租"]')
    assert (second["line_id"], second["amount"], second["is_own"], second["currency"]) == (None, "-0.00001", None, None)


@pytest.mark.parametrize("rows", [3, 9000])
def test_long_files_are_checked_like_short_ones(rows: int):
    lines = [f"taobao,R{i},T{i},{i}.50,2026-05-01T08:00:{i % 60:02}.{i:06}Z" for i in range(rows)]
    text = "\n".join(["platform,refund_id,order_id,amount,refunded_at", *lines])
    assert len(read(("open", "refunds"), text.encode()).rows) == rows
    with pytest.raises(
        ValueError, match=rf"1 unreadable values: line {rows + 1}, column amount: '{rows - 1}.50.' is not"
    ):
        read(("open", "refunds"), text.replace(f"{rows - 1}.50", f"{rows - 1}.50.").encode())

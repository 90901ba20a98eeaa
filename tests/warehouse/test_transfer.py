"""What has changed of a table comes to the same as the table as a whole, or nothing is done."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pyarrow as pa
import pytest

from tieout import warehouse
from tieout.warehouse import candidate, publication, transfer

COLUMNS = {"exception_id": "text", "code": "text", "amount": "numeric(24,6)", "due_on": "date"}
MORE = ("status", "severity", "difference_amount", "currency", "owner")
Row = tuple[str, str | None, str, int]
FIRST: list[Row] = [("a", "OP01", "1.00", 5), ("b", None, "2.50", 6), ("c", "OP02", "3.00", 7)]


def blocks(rows: list[Row]) -> Iterator[pa.RecordBatch]:
    for key, code, amount, day in rows:
        cells = [[key], [code], [Decimal(amount)], [date(2026, 5, day)]]
        yield pa.RecordBatch.from_arrays([pa.array(cell) for cell in cells], names=list(COLUMNS))


def shown(connection: warehouse.Connection, schema: str) -> list[tuple[object, ...]]:
    query = f"select exception_id, code, trim_scale(amount)::text from {schema}.fct_a order by 1, 2, 3"
    return connection.execute(query.encode()).fetchall()


def left_over(connection: warehouse.Connection) -> list[str]:
    return candidate.list_relations(connection, "candidate_changes", "rv")


@pytest.fixture(autouse=True)
def _published(connection: warehouse.Connection) -> None:
    """A table of ours, beside the exceptions without which nothing is published."""
    with candidate.emptied(connection, []):
        transfer.lay_out(connection, ("candidate", "fct_a"), COLUMNS, blocks(FIRST))
        lay_out_exceptions(connection)
    publication.publish(connection, "r1", date(2026, 5, 1), "passed")


def lay_out_exceptions(connection: warehouse.Connection) -> None:
    columns = COLUMNS | dict.fromkeys(MORE, "text") | {"difference_amount": "numeric(18,2)"}
    transfer.lay_out(connection, ("candidate", "exceptions"), columns, [])


def test_changes_show_in_the_candidate_and_are_all_that_is_published(connection: warehouse.Connection) -> None:
    written = "select exception_id, xmin::text from published.fct_a"
    before = dict(connection.execute(written.encode()).fetchall())
    with candidate.emptied(connection, ["fct_a"]):
        gone: list[Row] = [("b", None, "2.50", 6), ("c", "OP02", "3.00", 7)]
        come: list[Row] = [("c", "OP02", "3.000001", 7), ("d", "OP03", "4.00", 8)]
        assert transfer.lay_out_changes(connection, "fct_a", COLUMNS, blocks(gone), blocks(come))
        lay_out_exceptions(connection)
    wanted = [("a", "OP01", "1"), ("c", "OP02", "3.000001"), ("d", "OP03", "4")]
    assert (shown(connection, "candidate"), len(shown(connection, "published"))) == (wanted, 3)
    publication.publish(connection, "r2", date(2026, 5, 2), "passed")
    assert shown(connection, "published") == wanted
    after = dict(connection.execute(written.encode()).fetchall())
    assert {key for key in after if after[key] == before.get(key)} == {"a"}
    assert left_over(connection) == []
    contents = candidate.read_contents(connection)
    assert contents["published"] == contents["candidate"]


def test_a_table_without_changes_is_not_written(connection: warehouse.Connection) -> None:
    place = "select 'published.fct_a'::regclass::oid, min(xmin::text), max(xmin::text) from published.fct_a"
    before = connection.execute(place.encode()).fetchone()
    with candidate.emptied(connection, ["fct_a"]):
        transfer.lay_out_unchanged(connection, "fct_a")
        lay_out_exceptions(connection)
    publication.publish(connection, "r2", date(2026, 5, 2), "passed")
    assert connection.execute(place.encode()).fetchone() == before


@pytest.mark.parametrize(
    "gone",
    [
        pytest.param(("b", "OP01", "2.50", 6), id="there is no such row"),
        pytest.param(("a", "OP01", "1.00", 5), id="there are two, and one of them stays"),
    ],
)
def test_changes_of_other_rows_than_those_that_stand_there_are_refused(
    connection: warehouse.Connection, gone: Row
) -> None:
    connection.execute("insert into published.fct_a select * from published.fct_a where exception_id = 'a'")
    before = shown(connection, "published")
    with candidate.emptied(connection, ["fct_a"]):
        come: list[Row] = [("e", "OP01", "9.00", 9)]
        assert not transfer.lay_out_changes(connection, "fct_a", COLUMNS, blocks([gone]), blocks(come))
        assert not transfer.change(connection, ("published", "fct_a"), COLUMNS, blocks([gone]), blocks(come))
    assert shown(connection, "published") == before
    assert left_over(connection) == []
    assert candidate.list_relations(connection, "candidate", "rv") == []

"""`tieout query` reads what is published, exactly, and nothing else; it can change nothing."""

import csv
import io
import json
from collections.abc import Callable
from decimal import Decimal

import pytest

from tieout import warehouse
from tieout.core.settings import Settings
from tieout.reports.table import query_published

Tieout = Callable[..., object]


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("delete from exceptions", "read-only"),
        ("insert into exceptions select * from exceptions", "read-only"),
        ("update publication set verdict = 'passed'", "read-only"),
        ("create table mine (a int)", "read-only"),
        ("create temp table mine as select * from exceptions", "read-only"),
        ("drop table exceptions", "read-only"),
        ("with gone as (delete from exceptions returning *) select * from gone", "read-only"),
        ("select 1; delete from exceptions", "multiple commands"),
        ("set transaction read write; delete from exceptions", "multiple commands"),
        ("rollback; delete from exceptions", "multiple commands"),
        ("select * from raw.batches", "permission denied"),
        ("select * from marts.exceptions", "permission denied"),
        ("select * from ops.runs", "permission denied"),
        ("set role tieout", "permission denied"),
        ("select pg_read_file('/etc/hostname')", "permission denied"),
        ("copy exceptions to program 'cat'", "permission denied"),
        ("select * from no_such_table", "does not exist"),
        ("set transaction read write", "no query"),
        ("", "no query"),
    ],
)
def test_a_query_that_does_more_than_read_is_refused(published: Settings, tieout: Tieout, sql: str, why: str) -> None:
    count = ("query", "select count(*) from exceptions", "--format", "csv", "--home", published.home)
    before = tieout(*count)
    answer = tieout("query", sql, "--home", published.home)
    assert answer.code == 1
    assert answer.out == ""
    assert why in answer.err
    assert answer.err.startswith("tieout: ")
    assert tieout(*count) == before


def test_csv_and_json_give_every_digit_and_csv_can_be_read_back(published: Settings, tieout: Tieout) -> None:
    sql = (
        "select exception_id, difference_amount, opened_on, refund_id, explanation_zh, 0.10::numeric(38, 12) as exact,"
        " 12345678901234567890.01 as large from exceptions where difference_amount is not null order by 1"
    )
    as_csv = tieout("query", sql, "--format", "csv", "--home", published.home)
    as_json = tieout("query", sql, "--format", "json", "--home", published.home)
    assert (as_csv.code, as_json.code) == (0, 0)
    from_csv, from_json = list(csv.DictReader(io.StringIO(as_csv.out))), json.loads(as_json.out)
    assert len(from_csv) == len(from_json) > 15
    assert from_csv == [{name: value or "" for name, value in row.items()} for row in from_json]
    assert {row["refund_id"] for row in from_json} > {None}
    assert {(row["exact"], row["large"]) for row in from_json} == {("0.100000000000", "12345678901234567890.01")}
    with warehouse.connect(published) as connection:
        exact = connection.execute(
            "select exception_id, difference_amount from published.exceptions where difference_amount is not null"
        ).fetchall()
    assert {row["exception_id"]: Decimal(row["difference_amount"]) for row in from_json} == dict(exact)
    assert all(row["difference_amount"][-3] == "." for row in from_json if row["refund_id"])
    assert any("订单" in row["explanation_zh"] for row in from_json)


def test_a_table_is_counted_and_nothing_is_cut_off(published: Settings, tieout: Tieout) -> None:
    shown = tieout("query", "select explanation_en from exceptions where code = 'OP01'", "--home", published.home)
    assert "no successful receipt is in any channel bill" in " ".join(shown.out.split())
    count = query_published(published, "select count(*) from exceptions where code = 'OP01'").rows[0][0]
    assert f"({count} rows)" in shown.out

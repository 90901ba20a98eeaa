"""The scorer finds what was missed and what was invented, and is strict about amounts, days and doubles."""

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tieout.world import score
from tieout.world.truth import COLUMNS

AS_OF = date(2026, 5, 31)
OP01 = {"code": "OP01", "entity_id": "o1", "order_id": "o1", "difference_amount": "-12.50"}
BK05 = {
    "code": "BK05",
    "entity_id": "anything",
    "account_id": "a1",
    "source_day": "2026-05-03",
    "difference_amount": "7",
}
LATER = {"code": "RF01", "entity_id": "r9", "refund_id": "r9", "difference_amount": "3.00"}


@pytest.fixture
def truth(tmp_path: Path) -> Path:
    rows = [
        {"code": "OP01", "kind": "fault", "order_id": "o1", "amount": "12.50", "from_on": "2026-05-04"},
        {"code": "BK05", "kind": "fault", "account_id": "a1", "source_day": "2026-05-03", "amount": "7.00",
         "from_on": "2026-05-03"},
        {"code": "RF01", "kind": "fault", "refund_id": "r9", "amount": "3.00", "from_on": "2026-06-02"},
        {"code": "DQ01", "kind": "fault", "entity_id": "s1", "from_on": "2026-05-05", "until_on": "2026-05-08"},
        {"code": "OP03", "kind": "lookalike", "order_id": "o2", "from_on": "2026-05-04", "note": "one cent"},
        {"code": "OP06", "kind": "timing", "order_id": "o3", "from_on": "2026-05-31", "until_on": "2026-06-01"},
        {"code": "ANY", "kind": "consequence", "order_id": "o4", "from_on": "2026-05-09"},
    ]  # fmt: skip
    path = tmp_path / "truth.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, restval="")
        writer.writeheader()
        writer.writerows({"fault_id": f"F{index}", **row} for index, row in enumerate(rows))
    return path


def test_all_that_is_due_and_nothing_else_is_perfect(truth: Path) -> None:
    result = score(truth, [OP01, BK05], AS_OF)
    assert result.is_perfect
    assert result.total.recall == result.total.precision == 1


def test_a_planted_miss_is_named_with_its_money(truth: Path) -> None:
    result = score(truth, [BK05], AS_OF)
    assert [row["order_id"] for row in result.misses] == ["o1"]
    assert result.by_code["OP01"].missed_amount == Decimal("12.50")
    assert result.by_code["OP01"].recall == 0
    assert not result.false


@pytest.mark.parametrize(
    ("invented", "why"),
    [
        ({"code": "OP02", "entity_id": "t1", "difference_amount": "5.00"}, "nothing is wrong there"),
        ({"code": "OP03", "entity_id": "o2", "difference_amount": "0.01"}, "one cent"),
        ({**OP01, "entity_id": "x"}, "second exception"),
        (LATER, "to be reported from 2026-06-02"),
        ({"code": "DQ01", "entity_id": "s1", "difference_amount": ""}, "until 2026-05-08"),
        ({"code": "OP06", "entity_id": "o2", "difference_amount": "1"}, "lookalike"),
    ],
)
def test_a_planted_false_one_is_named_with_the_reason(truth: Path, invented: dict[str, str], why: str) -> None:
    result = score(truth, [OP01, BK05, invented], AS_OF)
    assert [row["entity_id"] for row in result.false] == [invented["entity_id"]]
    assert why in result.false[0]["why"]
    assert not result.misses
    assert result.total.false_amount == abs(Decimal(invented["difference_amount"] or 0))


def test_another_amount_is_both_a_miss_and_false(truth: Path) -> None:
    result = score(truth, [{**OP01, "difference_amount": "12.51"}, BK05], AS_OF)
    assert (len(result.misses), len(result.false)) == (1, 1)
    assert "about 12.50, not 12.51" in result.false[0]["why"]


def test_timing_and_consequences_are_excused(truth: Path) -> None:
    timing = {"code": "OP06", "order_id": "o3", "difference_amount": "1.00"}
    consequence = {"code": "RF04", "order_id": "o4", "difference_amount": "9.00"}
    result = score(truth, [OP01, BK05, timing, consequence], AS_OF)
    assert result.is_perfect
    assert result.excused == 2


def test_a_fault_is_found_only_on_its_days(truth: Path) -> None:
    result = score(truth, [{"code": "DQ01", "entity_id": "s1", "difference_amount": ""}, BK05, OP01], date(2026, 5, 7))
    assert result.is_perfect


def test_the_table_has_a_row_a_code_and_a_total(truth: Path) -> None:
    header, *rows = score(truth, [OP01], AS_OF).table()
    assert [row[0] for row in rows] == ["BK05", "OP01", "total"]
    assert all(len(row) == len(header) for row in rows)
    assert rows[-1][1:6] == ("1", "1", "0", "50%", "100%")

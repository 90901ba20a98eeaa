"""Bounds read from the seed's file: the same choice of row as in SQL, and errors that say where."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tieout.core.errors import TieoutError
from tieout.quality.tolerances import Tolerances
from tieout.quality.validation import declared

DAY = date(2026, 5, 31)


def test_the_more_specific_row_wins_then_the_later_one(tolerances: Callable[..., Path]) -> None:
    bounds = Tolerances.load(
        tolerances("X,,,,,0.1,,,,", "X,,,,,0.2,,2026-01-01,,", "X,,wechat,,,0.3,,,,", "X,trade,,,,0.4,,,,")
    )
    assert bounds.bound("X", "max_share", DAY, {"leg": "trade", "platform": "wechat"}) == Decimal("0.4")
    assert bounds.bound("X", "max_share", DAY, {"leg": "fundflow", "platform": "wechat"}) == Decimal("0.3")
    assert bounds.bound("X", "max_share", DAY, {"platform": "alipay"}) == Decimal("0.2")
    assert bounds.bound("X", "max_share", date(2025, 12, 31), {}) == Decimal("0.1")


def test_where_no_row_sets_the_bound_the_strictest_holds(tolerances: Callable[..., Path]) -> None:
    bounds = Tolerances.load(tolerances("X,,,,5,,,,2026-05-30,", "Y,,,,,0.5,,,,"))
    assert bounds.bound("X", "max_amount", date(2026, 5, 30), {}) == 5
    assert bounds.bound("X", "max_amount", DAY, {}) == 0
    assert bounds.bound("Y", "min_share", DAY, {}) == 1
    assert bounds.bound("Z", "max_share", DAY, {}) == 0


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("X,,,,,1e3,,,,", "max_share: '1e3' is not an amount"),
        ("X,,,,,0.1,,1.5.2026,,", "valid_from: '1.5.2026' is not a date"),
        ("X,,,,,0.1", "valid_from, valid_to is missing"),
    ],
)
def test_a_seed_that_cannot_be_read_says_where(tolerances: Callable[..., Path], line: str, message: str) -> None:
    path = tolerances(line)
    number = len(path.read_text(encoding="utf-8").splitlines())
    with pytest.raises(TieoutError) as caught:
        Tolerances.load(path)
    assert f"line {number}" in str(caught.value)
    assert message in str(caught.value)


def test_every_row_of_the_shipped_seed_is_used_by_a_gate_or_by_a_model(tolerances: Callable[..., Path]) -> None:
    project = Path(__file__).parents[2] / "dbt_project"
    sql = "".join(path.read_text(encoding="utf-8") for path in project.rglob("*.sql"))
    gates, legs = declared("rules").RULES, declared("rules").LEG_RULES
    others = {row["rule"] for row in Tolerances.load(tolerances()).rows} - gates.keys()
    # A model asks for the tolerance of its leg by the leg's name.
    assert {
        rule for rule in others if f'"{rule}"' not in sql and rule not in {f"{leg.upper()}_AMOUNT" for leg in legs}
    } == set()


def test_a_seed_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(TieoutError, match=r"tolerances\.csv is missing"):
        Tolerances.load(tmp_path / "tolerances.csv")

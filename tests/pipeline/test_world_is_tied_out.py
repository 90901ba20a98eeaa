"""Made-up merchants' months, in real file formats with an answer key: every fault is found, and nothing else."""

import csv
import shutil
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from tieout import world
from tieout.core.settings import Settings
from tieout.dbt.project import PROJECT
from tieout.pipeline import run_day
from tieout.world.score import Score

from .views import rows

LAST = date(2026, 5, 31)
NOT_BY_THEN = {"OP06", "RF14"}
"""Codes that are open on no day of the month: a day's cut is timing for ever, the month itself is closed after it."""

RARE = {"BK01", "BK04", "GL01", "OP11", "RF04", "RK01"}
"""Codes whose faults need an order of a kind, or a day, that a month of fewer than a thousand orders may lack."""


def _codes() -> set[str]:
    """Every code that a month's last day can show."""
    with (PROJECT / "seeds" / "exception_codes.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"] for row in csv.DictReader(file)} - NOT_BY_THEN


def _score(settings: Settings, truth: Path) -> Score:
    """Score a home, and hold the score against the answer key counted by hand."""
    score = world.score(truth, rows(settings), LAST)
    with truth.open(encoding="utf-8", newline="") as file:
        due = Counter(
            row["code"]
            for row in csv.DictReader(file)
            if row["kind"] == "fault" and row["from_on"] <= str(LAST) and (row["until_on"] or "9") > str(LAST)
        )
    assert {
        code: tally.found + tally.missed for code, tally in score.by_code.items() if tally.found + tally.missed
    } == due
    return score


def _assert_perfect(score: Score) -> None:
    missed = [f"{row['code']} {row['entity_id']}: {row['note']}" for row in score.misses]
    invented = [f"{row['code']} {row['entity_id']}: {row['why']}" for row in score.false]
    assert (missed, invented) == ([], [])
    for code, tally in score.by_code.items():
        assert (tally.recall, tally.precision) == (1, 1), code


def test_a_small_month_is_tied_out_without_a_miss(published: Settings, month: Path) -> None:
    score = _score(published, month / "truth.csv")
    _assert_perfect(score)
    assert _codes() - RARE <= score.by_code.keys() <= _codes()


@pytest.mark.parametrize(("seed", "orders"), [(2, 1000), (3, 1200)])
def test_a_month_of_every_code_is_tied_out_without_a_miss(
    new_home: Callable[[str], Settings], tmp_path: Path, seed: int, orders: int
) -> None:
    settings = new_home(f"seed{seed}")
    world.write(orders, 31, seed, tmp_path / "world")
    shutil.copytree(tmp_path / "world" / "config", settings.config)
    assert run_day(settings, LAST, tmp_path / "world" / "inbox").outcome == "published"
    score = _score(settings, tmp_path / "world" / "truth.csv")
    _assert_perfect(score)
    assert score.by_code.keys() == _codes()

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
from tieout.pipeline import run_day
from tieout.world.score import Score

from .views import rows

LAST = date(2026, 5, 31)
MOST_CODES = 30
# Of the forty-seven that a world plants, those that are due even in a small one.


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
    assert len(score.by_code) > MOST_CODES


def test_the_first_month_is_tied_out_without_a_miss(published: Settings, month: Path) -> None:
    _assert_perfect(_score(published, month / "truth.csv"))


@pytest.mark.parametrize(("seed", "orders"), [(2, 1000), (3, 1200)])
def test_another_month_is_tied_out_without_a_miss(
    new_home: Callable[[str], Settings], tmp_path: Path, seed: int, orders: int
) -> None:
    settings = new_home(f"seed{seed}")
    world.write(orders, 31, seed, tmp_path / "world")
    shutil.copytree(tmp_path / "world" / "config", settings.config)
    assert run_day(settings, LAST, tmp_path / "world" / "inbox").outcome == "published"
    _assert_perfect(_score(settings, tmp_path / "world" / "truth.csv"))

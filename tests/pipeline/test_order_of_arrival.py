"""Whenever, however often and in whatever order the files come, the same files give the same result, byte by byte."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest

from tieout import landing
from tieout.core.settings import Settings
from tieout.pipeline import run_day
from tieout.warehouse import embedded

from .views import answer, everything, history, rows

LAST = date(2026, 5, 31)
STOPS = [date(2026, 4, 30), date(2026, 5, 9), date(2026, 5, 18), date(2026, 5, 22), LAST]
"""The last days whose files have come when a run is made; the first is before the month."""

KILLED = Path(__file__).with_name("killed.py")
_DAY = re.compile(r"(?<!\d)202605\d\d(?!\d)")

MakeHome = Callable[[str], Settings]


@pytest.fixture
def home(month: Path, new_home: MakeHome, request: pytest.FixtureRequest) -> Settings:
    """A home with the merchant's configuration and nothing else."""
    settings = new_home(request.node.name[:20])
    shutil.copytree(month / "config", settings.config)
    return settings


def _files(month: Path) -> list[Path]:
    return sorted(path.relative_to(month / "inbox") for path in (month / "inbox").rglob("*") if path.is_file())


def _day_of(file: Path) -> date:
    [found] = _DAY.findall(file.name)
    return date.fromisoformat(found)


def _bring(month: Path, settings: Settings, file: Path, modified: float | None = None) -> None:
    target = settings.inbox / file
    target.parent.mkdir(parents=True, exist_ok=True)
    # With its own time: of two names of one content the earlier one is told.
    shutil.copy2(month / "inbox" / file, target)
    if modified is not None:
        os.utime(target, (modified, modified))


def _assert_the_same(settings: Settings, published: Settings) -> None:
    expected, found = everything(published), everything(settings)
    assert found.keys() == expected.keys()
    assert len(expected["exceptions"]) > 20
    for table, wanted in expected.items():
        assert sorted({*found[table]} ^ {*wanted}) == [], table
        assert len(found[table]) == len(wanted), table
    assert answer(settings) == answer(published)


def test_the_command_prints_these_bytes(published: Settings) -> None:
    query = ["query", "select * from exceptions order by exception_id", "--format", "csv"]
    command = [sys.executable, "-c", "from tieout.cli import main; main()", *query, "--home", str(published.home)]
    printed = subprocess.run(command, check=True, capture_output=True).stdout
    assert printed.decode() == answer(published)
    assert printed.count(b"\n") > 20


def test_a_second_run_changes_nothing(published: Settings, month: Path) -> None:
    before, lives = everything(published), history(published)
    again = run_day(published, LAST, month / "inbox")
    assert (len(again.landed.new), len(again.landed.quarantined)) == (0, 0)
    assert len(again.landed.known) > 800
    assert everything(published) == before
    assert history(published) == lives


@dataclass(frozen=True)
class Shown:
    """What was published at a stop: exceptions and pending items by id."""

    as_of: date
    exceptions: dict[str, dict[str, str]]
    pending: dict[str, dict[str, str]]


@pytest.fixture(scope="module")
def day_by_day(month: Path, new_home: MakeHome) -> tuple[Settings, list[Shown]]:
    """A home to which the files came as the days went by, tied out on the way, and what was shown then."""
    settings, shown = new_home("day_by_day"), []
    shutil.copytree(month / "config", settings.config)
    for before, as_of in pairwise(STOPS):
        for file in _files(month):
            if before < _day_of(file) <= as_of:
                _bring(month, settings, file)
        assert run_day(settings, as_of).outcome == "published"
        seen = (
            {row["exception_id"]: row for row in rows(settings, f"select * from {table}")}
            for table in ("exceptions", "pending_items")
        )
        shown.append(Shown(as_of, *seen))
    return settings, shown


def test_day_by_day_comes_to_the_same_as_all_at_once(
    day_by_day: tuple[Settings, list[Shown]], published: Settings
) -> None:
    settings, shown = day_by_day
    assert [len(one.exceptions) for one in shown] == sorted({len(one.exceptions) for one in shown})
    _assert_the_same(settings, published)


def test_what_was_pending_has_cleared_or_fallen_due(day_by_day: tuple[Settings, list[Shown]]) -> None:
    _, shown = day_by_day
    cleared, fell_due = set(), set()
    for before, after in pairwise(shown):
        # An order and its receipt on two days, a document of the next month: timing that needs no end.
        waiting = {key: row for key, row in before.pending.items() if row["code"] != "OP06" and row["reason"] != "late"}
        assert waiting
        for key, row in waiting.items():
            assert row["due_on"] >= str(before.as_of), row
            if key in after.pending:
                assert after.pending[key]["due_on"] >= str(after.as_of), row
            elif key in after.exceptions:
                # What came, and came wrong, is another break of another day.
                now = after.exceptions[key]
                if (now["code"], now["reason"]) == (row["code"], row["reason"]):
                    fell_due.add(row["code"])
                    assert row["due_on"] < str(after.as_of)
                    assert now["opened_on"] > row["due_on"], (row, now)
            else:
                cleared.add(row["code"])
    assert cleared
    assert fell_due


def test_the_history_tells_what_was_shown_when(day_by_day: tuple[Settings, list[Shown]]) -> None:
    settings, shown = day_by_day
    lives = history(settings)
    assert {row["valid_from_as_of"] for row in lives} == {str(stop) for stop in STOPS[1:]}
    for one in shown:
        day = str(one.as_of)
        current = {
            row["exception_id"]: _told(row)
            for row in lives
            if row["valid_from_as_of"] <= day and not (row["valid_to_as_of"] and row["valid_to_as_of"] <= day)
        }
        assert current == {key: _told(row) for key, row in one.exceptions.items()}


def _told(row: dict[str, str]) -> tuple[object, ...]:
    words = ("code", "status", "severity", "currency", "owner", "due_on")
    return (*(row[name] for name in words), Decimal(row["difference_amount"]))


def test_the_last_file_first_in_several_landings_comes_to_the_same(
    home: Settings, month: Path, published: Settings
) -> None:
    newest_first = _files(month)[::-1]
    # Another time for every file, and the older the day, the later the file.
    times = {file: datetime(2026, 9, 1).timestamp() + number * 977 for number, file in enumerate(newest_first)}  # noqa: DTZ001
    landed = 0
    for part in range(3):
        for file in newest_first:
            if (LAST - _day_of(file)) // timedelta(days=11) == part:
                _bring(month, home, file, times[file])
        landed += len(landing.land(home).new)
    assert landed > 800
    assert run_day(home, LAST).landed.new == []
    _assert_the_same(home, published)


def test_killed_in_every_step_and_run_again_it_comes_to_the_same(
    home: Settings, month: Path, published: Settings
) -> None:
    arguments = ["run", "--as-of", str(LAST), "--home", str(home.home), "--inbox", str(month / "inbox")]
    for step in ("land", "load", "build", "publish"):
        ended = subprocess.run([sys.executable, KILLED, step, *arguments], check=False, capture_output=True, text=True)
        assert ended.returncode == -signal.SIGKILL, (step, ended.stderr)
        assert answer(home, "select count(*) from publication") == "count\n0\n"
        assert answer(home, "select count(*) from pg_tables where schemaname = 'published'") == "count\n2\n", step
    assert run_day(home, LAST, month / "inbox").outcome == "published"
    _assert_the_same(home, published)
    embedded.remove(home)

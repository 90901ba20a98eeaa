"""Whenever, however often and in whatever order the files come, the same files give the same result, byte by byte."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from tieout import landing
from tieout.core.settings import Settings
from tieout.pipeline import run_day
from tieout.warehouse import embedded

from .views import answer, everything, history

LAST = date(2026, 5, 31)
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
    shutil.copy(month / "inbox" / file, target)
    if modified is not None:
        os.utime(target, (modified, modified))


def _assert_the_same(settings: Settings, published: Settings) -> None:
    expected, found = everything(published), everything(settings)
    assert found.keys() == expected.keys()
    assert len(expected["exceptions"]) > 20
    for table, rows in expected.items():
        assert sorted({*found[table]} ^ {*rows}) == [], table
        assert len(found[table]) == len(rows), table
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


def test_day_by_day_comes_to_the_same_as_all_at_once(home: Settings, month: Path, published: Settings) -> None:
    stops = [date(2026, 4, 30), date(2026, 5, 9), date(2026, 5, 17), date(2026, 5, 25), LAST]
    shown = []
    for before, as_of in pairwise(stops):
        for file in _files(month):
            if before < _day_of(file) <= as_of:
                _bring(month, home, file)
        assert run_day(home, as_of).outcome == "published"
        shown.append(answer(home))
    assert len(set(shown)) == 4
    _assert_the_same(home, published)
    lives = history(home)
    assert {row["valid_from_as_of"] for row in lives} == {str(stop) for stop in stops[1:]}
    assert any(row["closed_on"] for row in lives)


def test_the_last_file_first_in_several_landings_comes_to_the_same(
    home: Settings, month: Path, published: Settings
) -> None:
    newest_first = _files(month)[::-1]
    # Another time for every file, and the older the day, the later the file.
    times = {file: datetime(2026, 9, 1).timestamp() - number * 977 for number, file in enumerate(newest_first)}  # noqa: DTZ001
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

"""Several processes leave what one leaves, also when they or the one that started them are killed."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tieout.core.errors import TieoutError
from tieout.core.settings import Settings
from tieout.landing import LandingResult, deliveries, folders, land, workers

from .place import Place, refunds, tree

FILES = 40
_LAND = """
import sys
from pathlib import Path
from tieout.core.settings import Settings
from tieout.landing import land, workers
workers.LEAST_BYTES, workers.os.cpu_count = 0, lambda: 3
land(Settings(Path(sys.argv[1])), Path(sys.argv[2]))
"""


@pytest.fixture
def inbox(place: Place) -> Path:
    """Deliveries that are accepted, two of one content, one that is refused, and a day confirmed to be empty."""
    for number in range(FILES):
        place.drop(f"{number:02}.csv", refunds(*(f"{number}.{fen:02}" for fen in range(100))))
    place.drop("07_again.csv", place.settings.inbox.joinpath("open/refunds/07.csv").read_bytes())
    place.drop("broken.csv", refunds("2.00"))
    place.state("broken.meta.json", rows=2)
    place.state("empty.meta.json", rows=0, from_="2026-05-02", to="2026-05-02")
    return place.settings.inbox


@pytest.fixture
def alone(inbox: Path, tmp_path: Path) -> Settings:
    """A home into which one process has landed it."""
    settings = Settings(tmp_path / "alone")
    assert len(land(settings, inbox).new) == FILES + 1
    return settings


@pytest.fixture
def several(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have several processes read however little."""
    monkeypatch.setattr(workers, "LEAST_BYTES", 0)
    monkeypatch.setattr(os, "cpu_count", lambda: 3)


def _tell(result: LandingResult) -> list[list[str]]:
    return [
        [batch.batch_id for batch in result.new],
        [batch.batch_id for batch in result.known],
        [finding.folder.name for finding in result.quarantined],
    ]


def _send(number: signal.Signals, processes: list[int]) -> None:
    for pid in processes:
        os.kill(pid, number)


@pytest.mark.usefixtures("several")
def test_several_processes_leave_and_tell_what_one_does(
    place: Place, alone: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, said, wanted = Settings(place.settings.home / "several"), list[str](), list[str]()
    monkeypatch.delattr(deliveries, "collect")
    result = land(home, place.settings.inbox, said.append)
    monkeypatch.undo()
    again = Settings(place.settings.home / "again")
    assert _tell(result) == _tell(land(again, place.settings.inbox, wanted.append))
    # Which of the two of one content came first is said, and may be either.
    assert sorted(line.replace("_again", "") for line in said) == sorted(line.replace("_again", "") for line in wanted)
    assert len(said) == FILES + 2
    assert tree(home) == tree(alone)


@pytest.mark.usefixtures("several")
def test_a_process_that_is_killed_is_told_of(place: Place, alone: Settings) -> None:
    def kill(_: str) -> None:
        for child in multiprocessing.active_children():
            os.kill(child.pid or 0, signal.SIGKILL)

    home = Settings(place.settings.home / "killed")
    with pytest.raises(TieoutError, match="was killed"):
        land(home, place.settings.inbox, kill)
    land(home, place.settings.inbox)
    assert tree(home) == tree(alone)


def test_helpers_end_with_a_landing_that_is_killed(
    place: Place, alone: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Settings(place.settings.home / "killed")
    landing = subprocess.Popen([sys.executable, "-c", _LAND, str(home.home), str(place.settings.inbox)])
    while not list(home.landing.glob("open/refunds/*")):
        time.sleep(0.002)
    said, swept, sweep = list[str](), list[Path](), folders._sweep
    monkeypatch.setattr(folders, "_sweep", lambda root: (swept.append(root), sweep(root)))
    with ThreadPoolExecutor(1) as waits:
        # It begins as soon as the one before it is gone.
        following = waits.submit(land, home, place.settings.inbox, said.append)
        while not said:
            time.sleep(0.002)
        helpers = [int(pid) for pid in Path(f"/proc/{landing.pid}/task/{landing.pid}/children").read_text().split()]
        assert len(helpers) > 1
        _send(signal.SIGSTOP, helpers)
        landing.kill()
        landing.wait()
        time.sleep(0.5)
        begun = bool(swept)
        _send(signal.SIGCONT, helpers)
        following.result()
    assert not begun, "helpers that have not ended are waited for"
    assert swept
    assert "waiting" in said[0]
    assert sum(line.endswith(": new") for line in said) > 1
    assert tree(home) == tree(alone)

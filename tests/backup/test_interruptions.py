"""Backups and restores that are killed, that meet a run or one another, and how many are kept."""

import fcntl
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tieout import warehouse
from tieout.backup import archive, backup, restore
from tieout.core.errors import TieoutError
from tieout.core.settings import Settings

from .conftest import Kept
from .homes import forge, tables, tree


def _kill(moment: str, *arguments: object) -> None:
    script = Path(__file__).with_name("killed.py")
    done = subprocess.run([sys.executable, script, moment, *map(str, arguments)], check=False, capture_output=True)
    assert done.returncode == -9, done.stderr.decode()


def test_a_killed_backup_leaves_nothing_that_looks_like_one(kept: Kept, tmp_path: Path) -> None:
    for moment in ("dumped", "copying", "written", "verified"):
        _kill(moment, "backup", kept.home.home, tmp_path)
        assert [path.name for path in tmp_path.iterdir()] == [".backup.part"], moment
    made = backup(kept.home, tmp_path)
    assert list(tmp_path.iterdir()) == [made.path]
    # pg_dump writes the moment into its dump; all else is the same.
    assert archive.verify(made.path).members[:-1] == archive.verify(kept.archive).members[:-1]


@pytest.mark.parametrize("moment", ["extracting", "clearing", "restoring", "restored", "placing"])
def test_a_killed_restore_is_done_again_from_the_beginning(
    kept: Kept, new_home: Callable[[str], Settings], moment: str
) -> None:
    settings = new_home(f"killed_{moment}")
    _kill(moment, "restore", settings.home, kept.archive)
    assert not settings.landing.exists()
    restore(settings, kept.archive)
    assert tree(settings.landing) == tree(kept.home.landing)
    assert tables(settings, "published", "casework") == tables(kept.home, "published", "casework")
    assert not (settings.home / ".restore.part").exists()


def test_a_run_at_work_is_not_cut_into(kept: Kept, tmp_path: Path) -> None:
    with (
        warehouse.connect(kept.home) as connection,
        warehouse.run_lock(connection),
        pytest.raises(TieoutError, match="Another run is working on this warehouse"),
    ):
        backup(kept.home, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_landing_at_work_is_waited_for_and_a_second_backup_is_refused(kept: Kept, tmp_path: Path) -> None:
    said: list[str] = []
    made: list[Path] = []
    with (kept.home.landing / ".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        thread = threading.Thread(target=lambda: made.append(backup(kept.home, tmp_path, said.append).path))
        thread.start()
        deadline = time.monotonic() + 60
        while "another landing is at work: waiting for it to end" not in said:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        with pytest.raises(TieoutError, match="Another backup is being written"):
            backup(kept.home, tmp_path)
        assert made == []
    thread.join(60)
    assert list(tmp_path.iterdir()) == made


def test_readers_read_while_a_backup_is_taken(kept: Kept, tmp_path: Path) -> None:
    counted: list[object] = []

    def read(_: str) -> None:
        with warehouse.connect(kept.home, "reader") as reader:
            counted.append(reader.execute("select count(*) > 0 from exceptions").fetchone())

    backup(kept.home, tmp_path, read)
    assert len(counted) >= 3
    assert set(counted) == {(True,)}


def test_older_backups_are_removed_once_the_new_one_is_complete(kept: Kept, tmp_path: Path) -> None:
    older = [tmp_path / f"tieout-2026010{day}T000000Z.tar" for day in (1, 2, 3)]
    for path in older:
        shutil.copy(kept.archive, path)
    damaged = tmp_path / "tieout-20260104T000000Z.tar"
    damaged.write_bytes(kept.archive.read_bytes()[:100_000])
    foreign = forge(kept.archive, tmp_path / "tieout-20260105T000000Z.tar", lambda stated: stated.update(home="/else"))
    with pytest.raises(TieoutError, match="no warehouse"):
        backup(Settings(tmp_path / "nothing"), tmp_path, keep=1)
    assert all(path.exists() for path in older)
    made = backup(kept.home, tmp_path, keep=2)
    assert made.removed == (older[1], older[0])
    assert sorted(tmp_path.iterdir()) == [older[2], damaged, foreign, made.path]
    again = backup(kept.home, tmp_path)
    assert (again.path != made.path, again.removed) == (True, ())


@pytest.mark.parametrize("place", ["inbox", "landing/deep/down", "config"])
def test_a_backup_is_not_put_into_what_it_backs_up(kept: Kept, place: str) -> None:
    before = tree(kept.home.home)
    with pytest.raises(TieoutError, match="part of what is backed up"):
        backup(kept.home, kept.home.home / place)
    assert {name for name in tree(kept.home.home) if "warehouse/" not in name} == {
        name for name in before if "warehouse/" not in name
    }

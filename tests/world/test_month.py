"""A world is the same for the same arguments, holds every code it claims, and is never written over another."""

import csv
from hashlib import sha256
from pathlib import Path

import pytest

from tests.world import inboxes
from tieout.core.errors import TieoutError
from tieout.world import Summary, write
from tieout.world.truth import COLUMNS

CODES = {
    "OP01", "OP02", "OP03", "OP04", "OP05", "OP10", "RF01", "RF02", "RF03", "RF04", "RF05", "RF06", "ST09", "BK01",
    "BK02", "BK03", "BK04", "BK05", "GL01", "GL02", "GL03", "GL04", "DQ01",
}  # fmt: skip


def _digests(home: Path) -> dict[str, str]:
    return {
        str(path.relative_to(home)): sha256(path.read_bytes()).hexdigest()
        for path in sorted(home.rglob("*"))
        if path.is_file()
    }


def test_the_same_arguments_give_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    for name, seed in (("one", 3), ("two", 3), ("three", 4)):
        write(300, 9, seed, tmp_path / name)
    one, two, three = (_digests(tmp_path / name) for name in ("one", "two", "three"))
    assert len(one) > 100
    assert one == two
    assert one["truth.csv"] != three["truth.csv"]


def test_every_code_has_faults_and_something_that_only_looks_like_one(written: tuple[Path, Summary]) -> None:
    home, summary = written
    assert set(summary.faults) == CODES
    assert set(summary.lookalikes) | set(summary.timing) >= CODES
    assert all(5 <= count <= 12 for count in summary.faults.values()), summary.faults
    assert all(summary.lookalikes.get(code, 0) + summary.timing.get(code, 0) >= 3 for code in CODES)
    due = [row for row in inboxes.truth(home) if row["kind"] == "fault" and row["from_on"] <= inboxes.LAST]
    assert len(due) > 0.9 * sum(summary.faults.values())


def test_no_order_refund_or_payout_carries_two_faults(home: Path) -> None:
    rows = [row for row in inboxes.truth(home) if row["kind"] in ("fault", "timing")]
    for column in ("order_id", "refund_id", "payout_id", "bank_line_id"):
        named = [row[column] for row in rows if row[column]]
        assert len(named) == len(set(named)), column


def test_the_merchant_declares_what_comes_every_day_and_whose_accounts_it_is_for(home: Path) -> None:
    with (home / "config" / "source_schedules.csv").open(encoding="utf-8", newline="") as file:
        expected = list(csv.DictReader(file))
    with (home / "config" / "accounts.csv").open(encoding="utf-8", newline="") as file:
        accounts = {row["account_number"] for row in csv.DictReader(file)}
    assert len(expected) > 25
    for row in expected:
        assert (home / "inbox" / row["source"] / row["stream"]).is_dir()
        assert row["account"] in accounts or row["source"] in ("taobao", "open")
    with (home / "truth.csv").open(encoding="utf-8", newline="") as file:
        assert tuple(next(csv.reader(file))) == COLUMNS


def test_a_world_is_never_written_over_another(tmp_path: Path) -> None:
    write(10, 7, 1, tmp_path)
    with pytest.raises(TieoutError, match="already holds a world"):
        write(10, 7, 1, tmp_path)


def test_progress_is_told_after_every_day(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    write(10, 7, 1, tmp_path, progress=lambda done, days: told.append((done, days)))
    assert told == [(day, 7) for day in range(1, 8)]

"""What readers see changes only by a run that passed its gates; the merchant's own configuration wins by key."""

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest

from tieout import world
from tieout.core.settings import Settings
from tieout.pipeline import run_day

from .views import everything, history, rows

LAST = date(2026, 5, 14)
AS_OF = ("--as-of", str(LAST))
Tieout = Callable[..., object]


@dataclass(frozen=True)
class FirstRun:
    """A home of two weeks, tied out; what was published then, and the history."""

    home: Settings
    published: dict[str, list[str]]
    lives: list[dict[str, str]]


@pytest.fixture(scope="module")
def first_run(new_home: Callable[[str], Settings]) -> FirstRun:
    settings = new_home("two_weeks")
    world.write(600, 14, 5, settings.home)
    assert run_day(settings, LAST).outcome == "published"
    return FirstRun(settings, everything(settings), history(settings))


@pytest.fixture
def home(first_run: FirstRun, tmp_path: Path) -> Iterator[Settings]:
    """The home, whose configuration is put back afterwards."""
    settings = first_run.home
    shutil.copytree(settings.config, tmp_path / "config")
    yield settings
    shutil.rmtree(settings.config)
    shutil.copytree(tmp_path / "config", settings.config)


def _assert_unchanged(first_run: FirstRun) -> None:
    assert everything(first_run.home) == first_run.published
    assert history(first_run.home) == first_run.lives


def _configure(home: Settings, seed: str, *lines: str) -> None:
    """Add rows to a seed of the merchant's; the first line is the header, where there is no file yet."""
    path = home.config / f"{seed}.csv"
    kept = path.read_text("utf-8").splitlines() if path.exists() else [lines[0]]
    assert kept[0] == lines[0]
    path.write_text("\n".join([*kept, *lines[1:]]) + "\n", encoding="utf-8")


def _publications(home: Settings) -> list[dict[str, str]]:
    return rows(home, "select publication_id, as_of, run_id, verdict from publication order by publication_id")


TOLERANCES = "rule,leg,platform,currency,max_amount,max_share,min_share,valid_from,valid_to,note"
WINDOWS = "rule,channel,days,valid_from,valid_to,note"


def test_a_gate_that_fails_withholds_and_readers_keep_what_they_had(
    home: Settings, tieout: Tieout, first_run: FirstRun
) -> None:
    published = _publications(home)
    own = home.config / "tolerances.csv"
    own.write_text(f"{TOLERANCES}\nPAYMENT_MATCH_RATE,payments,,,,,1.01,,,no rate reaches this\n", encoding="utf-8")
    # What would be published is something else: the candidate alone must show it.
    _configure(home, "windows", WINDOWS, "PAYMENT_ARRIVAL,,30,2000-01-01,,")
    withheld = tieout("run", *AS_OF, "--home", home.home, "--json")
    assert withheld.code == 3
    assert (json.loads(withheld.out)["outcome"], json.loads(withheld.out)["verdict"]) == ("withheld", "failed")
    assert _publications(home) == published
    _assert_unchanged(first_run)
    assert "PAYMENT_MATCH_RATE" in Path(tieout("docs", "--home", home.home).out.strip()).read_text("utf-8")
    for step in ("gate", "publish"):
        assert tieout(step, "--home", home.home).code == 3
    _assert_unchanged(first_run)
    own.unlink()
    (home.config / "windows.csv").unlink()
    mended = tieout("run", *AS_OF, "--home", home.home)
    assert mended.code == 0
    assert "published as of" in mended.out
    assert len(_publications(home)) == len(published) + 1
    _assert_unchanged(first_run)


@dataclass(frozen=True)
class Broken:
    """A file of the merchant's configuration that cannot be used, and what has to be said of it."""

    name: str
    content: str
    words: tuple[str, ...]


_BROKEN = {
    "unknown column": Broken(
        "windows.csv", "rule,channel,dayz\nPAYMENT_ARRIVAL,,2\n", ("windows.csv", "dayz", "rule, channel, days")
    ),
    "unknown seed": Broken(
        "window.csv", "rule,days\nPAYMENT_ARRIVAL,2\n", ("window.csv", "configures nothing", "windows")
    ),
    "no amount": Broken(
        "tolerances.csv",
        f"{TOLERANCES}\nPAYMENTS_AMOUNT,payments,,,a cent,,,,,\n",
        ("tolerances.csv", "line", "a cent"),
    ),
    "no number": Broken("windows.csv", f"{WINDOWS}\nPAYMENT_ARRIVAL,,two,2000-01-01,,\n", ("windows", "two")),
}


@pytest.mark.parametrize("broken", _BROKEN.values(), ids=_BROKEN)
def test_a_run_that_fails_says_why_and_changes_nothing(
    home: Settings, tieout: Tieout, first_run: FirstRun, broken: Broken
) -> None:
    published = _publications(home)
    (home.config / broken.name).write_text(broken.content, encoding="utf-8")
    failed = tieout("run", *AS_OF, "--home", home.home)
    assert failed.code == 1
    message = failed.err[failed.err.index("tieout: ") :]
    assert "Traceback" not in failed.err
    for word in broken.words:
        assert word in message
    assert _publications(home) == published
    _assert_unchanged(first_run)
    last = "Last run 最近运行  as of 2026-05-14, failed"
    assert last in tieout("status", "--home", home.home).out


def test_single_steps_come_to_the_same_as_a_run(home: Settings, tieout: Tieout, first_run: FirstRun) -> None:
    published = len(_publications(home))
    landed = tieout("land", "--home", home.home)
    assert landed.code == 0
    assert "0 new, " in landed.out
    assert tieout("build", *AS_OF, "--home", home.home).code == 0
    early = tieout("publish", "--home", home.home)
    assert (early.code, "run `tieout gate` first" in early.err) == (1, True)
    assert len(_publications(home)) == published
    assert tieout("gate", "--home", home.home).code == 0
    assert len(_publications(home)) == published
    assert tieout("publish", "--home", home.home).code == 0
    assert len(_publications(home)) == published + 1
    _assert_unchanged(first_run)


def test_the_merchants_own_rows_win_and_a_missing_day_is_dq01_unless_it_is_confirmed_empty(
    home: Settings, tieout: Tieout
) -> None:
    payments = "select * from {} where code = 'OP01' order by exception_id"
    before = {table: rows(home, payments.format(table)) for table in ("exceptions", "pending_items")}
    assert before["exceptions"]
    # An order whose payment never came waits for 0 days, or as long as somebody in a shop of his own says.
    _configure(
        home,
        "windows",
        WINDOWS,
        "PAYMENT_ARRIVAL,,0,2000-01-01,,paid is paid",
        "PAYMENT_ARRIVAL,unionpay,9,2000-01-01,,",
    )
    _configure(
        home,
        "source_schedules",
        "source,stream,account,frequency,arrives_after_days,valid_from,valid_to",
        "open,bank_lines,B1,daily,1,2026-05-04,2026-05-09",
    )
    folder = home.inbox / "open" / "bank_lines"
    folder.mkdir()
    header = "account_id,line_id,booked_on,amount\n"
    for day in (4, 5, 7, 8):
        there = header + f"B1,L{day},2026-05-{day:02},1.00\n" if day != 7 else header
        (folder / f"b1_2026050{day}.csv").write_text(there, encoding="utf-8")
        meta = {"from": f"2026-05-0{day}", "to": f"2026-05-0{day}", "rows": 0 if day == 7 else 1}
        (folder / f"b1_2026050{day}.meta.json").write_text(json.dumps(meta), encoding="utf-8")
    try:
        assert tieout("run", *AS_OF, "--home", home.home).code == 0
        days = {
            row["entity_id"].removeprefix("open/bank_lines|")
            for row in rows(
                home, "select * from exceptions where code = 'DQ01' and entity_id like 'open/bank\\_lines%'"
            )
        }
        # The seventh is confirmed to be empty.
        assert days == {"B1|2026-05-06", "B1|2026-05-09"}
        found = {row["order_id"]: row for row in rows(home, payments.format("exceptions"))}
        assert found.keys() >= {row["order_id"] for row in before["exceptions"]}
        for row in before["exceptions"]:
            # Opened the day after it was due: two days earlier than the shipped window would have it.
            earlier = date.fromisoformat(row["opened_on"]) - timedelta(days=2)
            assert found[row["order_id"]]["opened_on"] == str(earlier)
    finally:
        shutil.rmtree(folder)

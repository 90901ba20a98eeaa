"""A real scheduler ties out three days: one source late, one file twice, a killed task, a failing gate, a backfill.

Beside it the command ties out the same files. What readers see must be the same, byte for byte.
"""

import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.pipeline.views import answer, everything, history, rows
from tieout import warehouse, world
from tieout.core.settings import Settings
from tieout.pipeline import run_day
from tieout.sources import SOURCES
from tieout_airflow import local

from .running import Airflow, Webhook

FIRST, SECOND, THIRD = (date(2026, 5, day) for day in (10, 11, 12))
BACKFILLED = (date(2026, 5, 13), date(2026, 5, 14))
LATE, TWICE = "bank", "alipay"

_TOLERANCES = "rule,leg,platform,currency,max_amount,max_share,min_share,valid_from,valid_to,note\n"
_UNREACHABLE = f"{_TOLERANCES}PAYMENT_MATCH_RATE,payments,,,,,1.01,,,no rate reaches this\n"


@dataclass
class Merchant:
    """The files of a made-up merchant, brought to two homes at once: Airflow's, and one for the command."""

    world: Path
    airflow: Airflow
    webhook: Webhook
    beside: Settings
    brought: set[Path] = field(default_factory=set)

    def bring(self, until: date, *, but: str = "") -> None:
        """Put what is of a day up to `until` and is not there yet into both inboxes, except of one source."""
        inbox = self.world / "inbox"
        for path in sorted(path for path in inbox.rglob("*") if path.is_file()):
            file = path.relative_to(inbox)
            if file.parts[0] == but or file in self.brought or not _is_until(path, until):
                continue
            self.brought.add(file)
            for settings in (self.airflow.settings, self.beside):
                (settings.inbox / file).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(path, settings.inbox / file)

    def bring_twice(self, day: date) -> None:
        """Put a file of the day into both inboxes once more, under another name."""
        [path, *_] = sorted((self.world / "inbox" / TWICE / "trade").glob(f"*{day:%Y%m%d}*.zip"))
        for settings in (self.airflow.settings, self.beside):
            shutil.copy(path, settings.inbox / TWICE / "trade" / f"again_{path.name}")

    def ingest(self, day: date) -> dict[str, str]:
        """Trigger every source's ingest for a business date; give the runs by source."""
        return {source: self.airflow.trigger(f"ingest_{source}", str(day)) for source in SOURCES}

    def configure(self, tolerances: str | None) -> None:
        """Give both homes tolerances of their own, or none."""
        for settings in (self.airflow.settings, self.beside):
            path = settings.config / "tolerances.csv"
            path.write_text(tolerances) if tolerances else path.unlink()

    def assert_the_same(self) -> None:
        """Assert that readers of the one home see what readers of the other see."""
        seen, expected = everything(self.airflow.settings), everything(self.beside)
        assert seen.keys() == expected.keys()
        assert [table for table, content in expected.items() if seen[table] != content] == []
        assert answer(self.airflow.settings) == answer(self.beside)
        assert answer(self.beside).count("\n") > 10


def _is_until(path: Path, until: date) -> bool:
    days = (date(2026, 5, 1) + timedelta(offset) for offset in range((until - date(2026, 5, 1)).days + 1))
    return any(f"{day:%Y%m%d}" in path.name for day in days)


@pytest.fixture(scope="module")
def merchant(new_home: Callable[[str], Settings], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Merchant]:
    folder, beside, home = tmp_path_factory.mktemp("world") / "world", new_home("beside"), new_home("airflow")
    world.write(400, 14, 5, folder)
    webhook = Webhook()
    for settings in (beside, home):
        shutil.copytree(folder / "config", settings.config)
        schedules = settings.config / "source_schedules.csv"
        # The bank's statement of a day has to be in that day's own run.
        schedules.write_text(re.sub(r"^(bank,.*,daily),1,", r"\1,0,", schedules.read_text(), flags=re.MULTILINE))
    (home.config / "alert_routes.csv").write_text("recipient,language\nfinance,zh\n")
    connection = json.dumps({"conn_type": "generic", "password": webhook.url})
    with pytest.MonkeyPatch.context() as patch:
        # A source is waited for as long as the test lasts, however long ago its business date is.
        patch.setenv("TIEOUT_WAIT_HOURS", "1000000")
        patch.setenv("TIEOUT_POKE_SECONDS", "20")
        patch.setenv("AIRFLOW_CONN_TIEOUT_ALERT_FINANCE", connection)
        try:
            yield Merchant(folder, Airflow(home, *local.start(home)), webhook, beside)
        finally:
            local.stop(home)


@pytest.fixture(scope="module")
def first(merchant: Merchant) -> dict[str, str]:
    """The first day is tied out: everything came."""
    merchant.bring(FIRST)
    runs = merchant.ingest(FIRST)
    assert merchant.airflow.reconciled(str(FIRST))["state"] == "success"
    assert run_day(merchant.beside, FIRST).outcome == "published"
    return runs


def test_a_day_is_tied_out_as_by_the_command(merchant: Merchant, first: dict[str, str]) -> None:
    merchant.assert_the_same()
    airflow = merchant.airflow
    assert [airflow.finished(f"ingest_{source}", run) for source, run in first.items()] == ["success"] * len(SOURCES)
    events = {
        event["source_dag_id"]: event["extra"]
        for event in airflow.ask("/assets/events", limit="100")["asset_events"]
        if event["partition_key"] == str(FIRST)
    }
    assert {f"ingest_{source}" for source in SOURCES} <= events.keys()
    assert events["ingest_bank"]["missing"] == []
    assert events["ingest_bank"]["verdict"] in ("passed", "warned")
    assert events["ingest_bank"]["deliveries"] >= 3 * 9
    assert "3" in airflow.log("ingest_bank", first["bank"], "land")
    handed_over = airflow.log("ingest_bank", first["bank"], "hand_over")
    assert f"'rows': {events['ingest_bank']['rows']}" in handed_over
    assert f"'verdict': '{events['ingest_bank']['verdict']}'" in handed_over
    with warehouse.connect(airflow.settings) as connection:
        steps = connection.execute(
            "select steps.step, steps.figures from ops.run_steps as steps"
            " inner join ops.runs as runs on steps.run_id = runs.run_id"
            " where runs.kind = 'day' order by steps.started_at"
        ).fetchall()
    assert [name for name, _ in steps] == [
        "gate raw", "load", "build staging", "build intermediate", "build marts", "stage candidate", "gate marts",
        "publish", "alert",
    ]  # fmt: skip
    figures = dict(steps)
    assert figures["load"]["rows"] == figures["gate raw"]["rows"] > 1000
    assert figures["gate marts"]["verdict"] in ("passed", "warned")


@pytest.fixture(scope="module")
def second(merchant: Merchant, first: dict[str, str]) -> str:
    """On the second day a source is late: the others are tied out at the fixed hour, all of it when it has come."""
    airflow = merchant.airflow
    merchant.bring(SECOND, but=LATE)
    merchant.bring_twice(SECOND)
    runs = merchant.ingest(SECOND)
    for source in set(SOURCES) - {LATE}:
        assert airflow.finished(f"ingest_{source}", runs[source]) == "success"
    waiting = airflow.tasks(f"ingest_{LATE}", runs[LATE])["land"]
    assert waiting["state"] in ("up_for_reschedule", "running", "scheduled", "queued")
    assert [run for run in airflow.runs("reconcile") if run["partition_key"] == str(SECOND)] == []

    at_noon = airflow.trigger("trigger_reconcile", str(SECOND))
    assert airflow.finished("trigger_reconcile", at_noon) == "success"
    assert airflow.finished("reconcile", airflow.runs("reconcile")[0]["dag_run_id"]) == "success"
    assert run_day(merchant.beside, SECOND).outcome == "published"
    merchant.assert_the_same()
    missing = rows(airflow.settings, "select * from exceptions where code = 'DQ01'")
    banks = [row for row in missing if row["entity_id"].startswith(LATE) and str(SECOND) in row["entity_id"]]
    assert len(banks) == 3, missing

    merchant.bring(SECOND)
    assert airflow.finished(f"ingest_{LATE}", runs[LATE]) == "success"
    assert airflow.reconciled(str(SECOND))["state"] == "success"
    assert run_day(merchant.beside, SECOND).outcome == "published"
    return runs[LATE]


def test_a_late_source_is_waited_for_and_the_day_is_tied_out_again(merchant: Merchant, second: str) -> None:
    merchant.assert_the_same()
    assert history(merchant.airflow.settings) == history(merchant.beside)
    for line in rows(merchant.airflow.settings, "select * from exceptions where code = 'DQ01'"):
        assert str(SECOND) not in line["entity_id"]
    assert "not here yet: bank/" in merchant.airflow.log(f"ingest_{LATE}", second, "land")


@pytest.fixture(scope="module")
def third(merchant: Merchant, second: str) -> str:
    """On the third day a task is killed in the middle, and the gate fails; give the run."""
    airflow = merchant.airflow
    before = everything(airflow.settings)
    merchant.bring(THIRD)
    merchant.configure(_UNREACHABLE)
    merchant.ingest(THIRD)

    def started() -> str | None:
        return next(
            (run["dag_run_id"] for run in airflow.runs("reconcile") if run["partition_key"] == str(THIRD)), None
        )

    run: str = airflow.wait("reconcile starts", started)
    airflow.kill("reconcile", run, "build_intermediate")
    assert airflow.finished("reconcile", run) == "failed"
    assert everything(airflow.settings) == before
    return run


def test_a_failing_gate_withholds_and_readers_keep_the_last_version(merchant: Merchant, third: str) -> None:
    airflow = merchant.airflow
    tasks = airflow.tasks("reconcile", third)
    assert {name: task["state"] for name, task in tasks.items()} == {
        "load": "success", "build_staging": "success", "build_intermediate": "success", "build_marts": "success",
        "gate": "failed", "publish": "upstream_failed", "alert": "success",
    }  # fmt: skip
    assert tasks["build_intermediate"]["try_number"] == 2
    assert tasks["gate"]["try_number"] == 1
    log = airflow.log("reconcile", third, "gate")
    assert "PAYMENT_MATCH_RATE" in log
    assert "row_condition" not in log, "what Great Expectations says of its own working"
    with warehouse.connect(airflow.settings) as connection:
        outcomes = connection.execute("select outcome from ops.runs where run_id = %s", (f"reconcile/{third}",))
        assert outcomes.fetchall() == [("withheld",)]


def test_after_the_gate_is_mended_the_same_run_publishes(merchant: Merchant, third: str) -> None:
    merchant.configure(None)
    merchant.airflow.clear("reconcile", third)
    assert merchant.airflow.finished("reconcile", third) == "success"
    assert run_day(merchant.beside, THIRD).outcome == "published"
    merchant.assert_the_same()
    assert history(merchant.airflow.settings) == history(merchant.beside)


def test_people_are_told_what_happened_once(merchant: Merchant, third: str) -> None:
    texts = merchant.webhook.texts()
    assert len(texts) >= 6
    assert len(set(texts)) == len(texts), "nobody is told the same thing twice"
    [withheld] = [text for text in texts if "PAYMENT_MATCH_RATE" in text]
    assert f"{THIRD} 未发布" in withheld
    assert f"截至 {SECOND}" in withheld
    late = [text for text in texts if f"截至 {SECOND}" in text and f"{LATE}/mt940" in text]
    assert len(late) == 2, "told when it was late, and when it had come"
    assert "已恢复" in late[1]
    assert any("已恢复" in text and "发布前检查" in text for text in texts)
    # A task that went well when it was tried again is no news.
    assert not [text for text in texts if "build_intermediate" in text]
    with warehouse.connect(merchant.airflow.settings) as connection:
        waiting = connection.execute("select count(*) from ops.alert_messages where sent_at is null").fetchone()
    assert waiting == (0,)


def test_a_backfill_ties_out_past_days(merchant: Merchant, third: str) -> None:
    airflow = merchant.airflow
    merchant.bring(BACKFILLED[-1])
    for source in SOURCES:
        airflow.backfill(f"ingest_{source}", str(BACKFILLED[0]), str(BACKFILLED[-1]))
    for day in BACKFILLED:
        assert airflow.reconciled(str(day))["state"] == "success"
        assert run_day(merchant.beside, day).outcome == "published"
    merchant.assert_the_same()
    assert history(airflow.settings) == history(merchant.beside), "every day is in it"
    days = {str(day) for day in (FIRST, SECOND, THIRD, *BACKFILLED)}
    assert {run["partition_key"] for run in airflow.runs("ingest_open")} == days


def test_what_landed_is_backed_up_and_can_be_read_again(merchant: Merchant, third: str) -> None:
    airflow = merchant.airflow
    assert airflow.finished("backup", airflow.trigger("backup")) == "success"
    assert len(list(airflow.settings.backups.glob("*.tar"))) == 1
    before = everything(airflow.settings)
    assert airflow.finished("replay_landing", airflow.trigger("replay_landing")) == "success"
    again = airflow.runs("reconcile")[0]
    assert again["conf"] == {"business_date": rows(airflow.settings, "select max(as_of) from publication")[0]["max"]}
    assert airflow.finished("reconcile", again["dag_run_id"]) == "success"
    assert everything(airflow.settings) == before


def test_the_page_of_an_asset_shows_what_makes_it_and_what_awaits_it(merchant: Merchant) -> None:
    airflow = merchant.airflow
    found = airflow.ask(f"{airflow.address}/ui/dependencies")
    assert {f"dag:ingest_{source}" for source in SOURCES} <= {edge["source_id"] for edge in found["edges"]}
    assert "dag:reconcile" in {edge["target_id"] for edge in found["edges"]}


def test_nothing_listens_beyond_loopback(merchant: Merchant) -> None:
    ours = {int(path.read_text()) for path in (merchant.airflow.settings.home / "airflow").glob("*.pid")}
    assert len(ours) == 4
    inodes = {inode for group in ours for inode in _sockets_of(group)}
    listening = [
        line.split()
        for table in ("/proc/net/tcp", "/proc/net/tcp6")
        for line in Path(table).read_text().splitlines()[1:]
        if line.split()[3] == "0A" and line.split()[9] in inodes
    ]
    assert len(listening) >= 1
    assert {fields[1].partition(":")[0] for fields in listening} == {"0100007F"}


def _sockets_of(group: int) -> Iterator[str]:
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if os.getpgid(int(process.name)) == group:
                links = (os.readlink(link) for link in (process / "fd").iterdir())
                yield from (link[8:-1] for link in links if link.startswith("socket:["))
        except (ProcessLookupError, FileNotFoundError):
            continue

"""What Airflow adds to a day, tied out by the command and by the DAGs: `python -m bench.scheduled [ORDERS]`.

Two homes get the first nine days of the same world, tied out by the command; then the tenth day comes, and is tied out
by `tieout run` in a process of its own in the one home, and by the five ingest DAGs and `reconcile` in the other, of an
Airflow that has done the ninth day before.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import httpx

from tieout import world
from tieout.core.settings import Settings
from tieout.pipeline import run_day
from tieout.reports.table import query_published
from tieout.sources import SOURCES
from tieout.warehouse import embedded
from tieout_airflow import local

_DAY = date(2026, 5, 10)
_NAMED = re.compile(r"(?<!\d)202605(\d\d)(?!\d)")


def measure(orders: int) -> None:
    """Write, tie out both ways, compare; print seconds and what they differ by."""
    folder = Path(tempfile.mkdtemp(prefix="tieout-bench-"))
    homes = [Settings(folder / "command"), Settings(folder / "airflow")]
    try:
        world.write(orders, 14, 1, folder / "world")
        for settings in homes:
            shutil.copytree(folder / "world" / "config", settings.config)
            _bring(folder, settings, range(1, _DAY.day))
            run_day(settings, date(2026, 5, _DAY.day - 1))
        _bring(folder, homes[0], range(_DAY.day, _DAY.day + 1))
        by_command = _run_command(homes[0])
        ingested, reconciled = _run_airflow(homes[1], lambda: _bring(folder, homes[1], range(_DAY.day, _DAY.day + 1)))
        same = len({query_published(one, "select * from exceptions order by exception_id").to_csv() for one in homes})
        print(f"`tieout run`                     {by_command:6.1f} s")
        print(f"Airflow, ingest of five sources  {ingested:6.1f} s")
        print(f"Airflow, reconcile               {reconciled:6.1f} s")
        print(f"Airflow more than the command    {ingested + reconciled - by_command:6.1f} s")
        print("the published exceptions " + ("are the same" if same == 1 else "differ"))
    finally:
        for settings in homes:
            embedded.remove(settings)
        shutil.rmtree(folder, ignore_errors=True)


def _bring(folder: Path, settings: Settings, days: range) -> None:
    inbox = folder / "world" / "inbox"
    for path in inbox.rglob("*"):
        named = _NAMED.search(path.name)
        if path.is_file() and named and int(named[1]) in days:
            target = settings.inbox / path.relative_to(inbox)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)


def _run_command(settings: Settings) -> float:
    begun = time.perf_counter()
    command = [sys.executable, "-c", "from tieout.cli import main; main()", "run", "--as-of", str(_DAY)]
    subprocess.run([*command, "--home", str(settings.home)], check=True, capture_output=True)
    return time.perf_counter() - begun


def _run_airflow(settings: Settings, bring: Callable[[], None]) -> tuple[float, float]:
    os.environ["TIEOUT_WAIT_HOURS"] = "0"
    address, password = local.start(settings)
    try:
        login = {"username": local.USER, "password": password}
        token = httpx.post(f"{address}/auth/token", json=login).json()["access_token"]
        client = httpx.Client(base_url=f"{address}/api/v2", headers={"Authorization": f"Bearer {token}"}, timeout=60)
        _tie_out(client, _DAY - timedelta(days=1))
        bring()
        return _tie_out(client, _DAY)
    finally:
        local.stop(settings)


def _tie_out(client: httpx.Client, day: date) -> tuple[float, float]:
    begun = time.perf_counter()
    for source in SOURCES:
        asked = {"logical_date": None, "partition_key": str(day)}
        client.post(f"/dags/ingest_{source}/dagRuns", json=asked).raise_for_status()
    handed_over = None
    while True:
        time.sleep(0.2)
        runs = client.get("/dags/reconcile/dagRuns").json()["dag_runs"]
        ours = [run for run in runs if run["partition_key"] == str(day)]
        if ours and handed_over is None:
            handed_over = time.perf_counter()
        if handed_over and ours[0]["state"] in ("success", "failed"):
            print(f"reconcile of {day}: {ours[0]['state']}")
            return handed_over - begun, time.perf_counter() - handed_over


if __name__ == "__main__":
    measure(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000)

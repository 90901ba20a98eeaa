"""What Airflow's callbacks tell: a missed deadline once, a failure with its step, nothing of what the gates tell."""

import asyncio
from collections.abc import Callable
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest

from tieout import warehouse
from tieout.core.settings import Settings
from tieout.pipeline import reconcile, runs
from tieout.pipeline.bookkeeping import Silence
from tieout.quality import GateResult
from tieout.quality.results import record
from tieout_airflow import wiring

from .running import Webhook

Told = Callable[[], list[str]]


@pytest.fixture
def told(new_home: Callable[[str], Settings], monkeypatch: pytest.MonkeyPatch) -> Told:
    """Give what was posted to the only recipient, whose home is that of the environment."""
    settings, webhook = new_home("telling"), Webhook()
    settings.config.mkdir(parents=True)
    (settings.config / "alert_routes.csv").write_text("recipient,language\non-call,en\n")
    monkeypatch.setenv("TIEOUT_HOME", str(settings.home))
    monkeypatch.setenv("TIEOUT_ALERT_URLS", f'{{"on-call": "{webhook.url}"}}')
    return webhook.texts


def _run(run_id: str = "scheduled__1") -> SimpleNamespace:
    created = datetime(2026, 5, 4, 16, tzinfo=UTC)
    return SimpleNamespace(dag_id="reconcile", run_id=run_id, partition_key="2026-05-04", conf={}, run_after=created)


def test_a_missed_deadline_is_told_once(told: Told) -> None:
    # As Airflow's triggerer gives it: a dictionary with the API's names.
    run = {"dag_id": "reconcile", "dag_run_id": "a b", "partition_key": "2026-05-04", "conf": {}, "run_after": ""}
    for _ in range(2):
        asyncio.run(wiring.tell_deadline({"dag_run": run}))
    [text] = told()
    assert "reconcile" in text
    assert "2026-05-04" in text
    assert "/dags/reconcile/runs/a%20b" in text


def test_a_failure_is_told_with_its_step_and_once_by_task_and_run(told: Told) -> None:
    task = SimpleNamespace(task_id="build_marts")
    wiring.tell_failure({"dag_run": _run(), "task_instance": task, "exception": ValueError("the disk is full")})
    wiring.tell_failure({"dag_run": _run(), "task_instance": task, "exception": ValueError("the disk is full")})
    [text] = told()
    assert "build_marts" in text
    assert "the disk is full" in text
    assert "2026-05-04" in text


def test_what_a_gate_withholds_is_no_failure(told: Told) -> None:
    settings = Settings.load()
    with runs.open_run(settings, date(2026, 5, 4), Silence(), "reconcile/scheduled__1") as run:
        run.finish("withheld", "failed")
    wiring.tell_failure({"dag_run": _run(), "exception": ValueError("publication is withheld")})
    assert told() == []
    wiring.tell_failure({"dag_run": _run("scheduled__2"), "reason": "task_failure"})
    assert len(told()) == 1
    with warehouse.connect(settings) as connection:
        assert connection.execute("select count(*) from ops.alert_messages").fetchone() == (1,)


def test_a_run_that_ended_before_it_could_tell_is_told_of_once(told: Told) -> None:
    settings = Settings.load()
    with runs.open_run(settings, date(2026, 5, 4), Silence(), "reconcile/scheduled__1") as run:
        failed = ("candidate.exceptions", "PAYMENT_MATCH_RATE", "critical", False, "0.9", "0.95", "")
        record(run.connection, [GateResult(run.run_id, "marts", *failed)])
        run.finish("withheld", "failed")
    for _ in range(2):
        reconcile.tell_untold(settings, wiring.alert_urls(), Silence())
    [text] = told()
    assert "PAYMENT_MATCH_RATE" in text
    with warehouse.connect(settings) as connection:
        steps = connection.execute("select step from ops.run_steps").fetchall()
    assert steps == [("alert",)]

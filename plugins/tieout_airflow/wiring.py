"""What the DAG files share: defaults, how a task knows its business date and its run, what is told when it fails."""

import logging
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import quote

from airflow.sdk import Asset
from airflow.sdk.definitions.callback import AsyncCallback
from airflow.sdk.definitions.deadline import BaseDeadlineReference, DeadlineAlert, deadline_reference

from tieout.core.business_day import SHANGHAI
from tieout.core.errors import TieoutError
from tieout.core.settings import Settings
from tieout.sources import SOURCES

TIMEZONE = "Asia/Shanghai"
DATE = "%Y-%m-%d"
"""The form of a partition key, which is a business date."""

WAREHOUSE_POOL = "warehouse"
"""One slot: what changes the warehouse is done one after the other."""

RAW = {source: Asset(name=f"raw__{source}", uri=f"tieout://raw/{source}") for source in SOURCES}
PUBLISHED = Asset(name="published", uri="tieout://published")

log = logging.getLogger("tieout")


def tell_run(settings: Settings, run: Any) -> None:
    """Tell those concerned what a run has shown; what cannot be sent now waits."""
    from tieout.pipeline import runs, steps

    with runs.revisit(settings, run_id(run), TaskLog()) as revisited:
        steps.alert(settings, revisited, alert_urls(), link(run))


def tell_failure(context: Mapping[str, Any]) -> None:
    """Tell those concerned that a task, or a run as a whole, has failed for good; told twice it is one message.

    What a gate holds back or withholds is told as that, by the run itself.
    """
    from tieout import alerts
    from tieout.pipeline import runs

    run, settings = context["dag_run"], Settings.load()
    with suppress(TieoutError):
        if runs.outcome_of(settings, run_id(run)) in ("held", "withheld"):
            return
    task = context.get("task_instance")
    reason = str(context.get("exception") or context.get("reason") or "it was ended from outside")
    alerts.tell_failure(
        settings, run.dag_id, _date_of(run), task.task_id if task else "", reason, link=link(run), urls=alert_urls()
    )


async def tell_deadline(context: Mapping[str, Any]) -> None:
    """Tell those concerned that a run is not done by its deadline; `context` is what Airflow's triggerer gives."""
    import asyncio

    from tieout import alerts

    run = context["dag_run"]
    address = f"{_address()}/dags/{run['dag_id']}/runs/{quote(run['dag_run_id'], safe='')}"
    stated = run.get("partition_key") or (run.get("conf") or {}).get("business_date") or run["run_after"][:10]
    await asyncio.to_thread(alerts.tell_deadline, Settings.load(), run["dag_id"], date.fromisoformat(stated), address)


@deadline_reference
class RunCreated(BaseDeadlineReference):
    """The moment a run was made.

    Airflow 3.3's own DAGRUN_QUEUED_AT makes it impossible to clear a failed run (apache/airflow#70368).
    """

    def _evaluate_with(self, **_arguments: object) -> datetime:
        return datetime.now(tz=UTC)


def within(interval: timedelta) -> DeadlineAlert:
    """Give a deadline for a run, counted from the moment it was made."""
    return DeadlineAlert(reference=RunCreated(), interval=interval, callback=AsyncCallback(tell_deadline))


DEFAULTS: dict[str, Any] = {
    "owner": "data",
    "retries": 3,
    "retry_delay": timedelta(seconds=30),
    "retry_exponential_backoff": True,
    "max_retry_delay": timedelta(minutes=15),
    "execution_timeout": timedelta(hours=1),
    "on_failure_callback": tell_failure,
}


@dataclass(frozen=True)
class TaskLog:
    """Shows a run's steps in the task's log."""

    def __call__(self, step: str, doing: str) -> None:
        """Write what a step is busy with."""
        log.info("%s: %s", step, doing or "begins")

    def done(self, step: str, detail: str) -> None:
        """Write what a finished step has to say."""
        log.info("%s: done%s", step, f". {detail}" if detail else "")


def business_date(run: Any) -> date:
    """Give the date that a run is for: its partition key, or the `business_date` that it was triggered with.

    Raises ValueError when it has neither.
    """
    stated = _stated_date(run)
    if stated is None:
        raise ValueError(
            f"{run.run_id} is for no business date: trigger {run.dag_id} with a partition key like 2026-05-31"
        )
    return stated


def run_id(run: Any) -> str:
    """Name the run in `ops` as Airflow does."""
    return f"{run.dag_id}/{run.run_id}"


def alert_urls() -> dict[str, Any]:
    """Give each recipient's Apprise URL: the password of connection `tieout_alert_<recipient>`, else the setting's."""
    from airflow.sdk import Connection

    from tieout import alerts
    from tieout.alerts import routing

    urls = dict(alerts.urls_from_environment())
    try:
        recipients = sorted({row.recipient for row in routing.load(Settings.load()).rows})
    except TieoutError:
        # Who cannot read the routes cannot ask for connections; that they are broken is told over the setting's URLs.
        recipients = []
    for recipient in recipients:
        # Where there is no such connection, or nobody to ask (a callback outside a task), the setting holds.
        with suppress(Exception):
            urls[recipient] = Connection.get(f"tieout_alert_{recipient}").password or urls[recipient]
    return urls


def _date_of(run: Any) -> date:
    return _stated_date(run) or run.run_after.astimezone(SHANGHAI).date()


def _stated_date(run: Any) -> date | None:
    stated = run.partition_key or (run.conf or {}).get("business_date")
    return date.fromisoformat(stated) if stated else None


def link(run: Any) -> str:
    """Give the address of a run's page."""
    return f"{_address()}/dags/{run.dag_id}/runs/{quote(run.run_id, safe='')}"


def _address() -> str:
    from airflow.sdk.configuration import conf

    return str(conf.get("api", "base_url", fallback="")).rstrip("/")

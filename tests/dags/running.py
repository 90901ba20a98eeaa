"""A real Airflow, driven through its REST API as its UI does, and a webhook that people listen to."""

import json
import os
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest

from tieout.core.settings import Settings
from tieout_airflow import local

PATIENCE = 300
"""Seconds: many times what a run takes on a quiet machine."""

Facts = dict[str, Any]


@dataclass
class Airflow:
    """A running Airflow and the home that it works on."""

    settings: Settings
    address: str
    password: str
    client: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        """Log in."""
        login = {"username": local.USER, "password": self.password}
        token = httpx.post(f"{self.address}/auth/token", json=login).json()["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        self.client = httpx.Client(base_url=f"{self.address}/api/v2", headers=headers, timeout=60)

    def trigger(self, dag: str, key: str | None = None, **conf: str) -> str:
        """Trigger a DAG, for a partition or with a configuration; give the run's id."""
        asked = {"logical_date": None, "partition_key": key, "conf": conf}
        return str(self._ask("POST", f"/dags/{dag}/dagRuns", json=asked)["dag_run_id"])

    def backfill(self, dag: str, first: str, last: str) -> None:
        """Backfill business dates, both included, one after the other, as the UI's form does."""
        window = {"from_date": f"{first}T00:00:00Z", "to_date": f"{last}T00:00:00Z"}
        self._ask("POST", "/backfills", json={"dag_id": dag, **window, "max_active_runs": 1})

    def runs(self, dag: str) -> list[Facts]:
        """List a DAG's runs, the newest first."""
        found: list[Facts] = self._ask("GET", f"/dags/{dag}/dagRuns", params={"order_by": "-id"})["dag_runs"]
        return found

    def tasks(self, dag: str, run: str) -> dict[str, Facts]:
        """Give a run's tasks by their names."""
        found = self._ask("GET", f"/dags/{dag}/dagRuns/{run}/taskInstances")["task_instances"]
        return {task["task_id"]: task for task in found}

    def log(self, dag: str, run: str, task: str, attempt: int = 1) -> str:
        """Give what a task has written."""
        log = self._ask("GET", f"/dags/{dag}/dagRuns/{run}/taskInstances/{task}/logs/{attempt}")
        return "\n".join(str(line["event"]) for line in log["content"])

    def clear(self, dag: str, run: str) -> None:
        """Clear a run, which starts it again from its beginning."""
        self._ask("POST", f"/dags/{dag}/clearTaskInstances", json={
            "dag_run_id": run, "only_failed": False, "reset_dag_runs": True, "dry_run": False,
        })  # fmt: skip

    def ask(self, path: str, **params: str) -> Facts:
        """Ask the REST API for something else."""
        return self._ask("GET", path, params=params)

    def wait(self, what: str, condition: Callable[[], Any]) -> Any:
        """Wait until a condition gives something, and give it; fail with `what` when it never does."""
        deadline = time.monotonic() + PATIENCE
        while not (found := condition()):
            if time.monotonic() > deadline:
                pytest.fail(f"{what}: not after {PATIENCE} s\n{self._state()}")
            time.sleep(0.3)
        return found

    def finished(self, dag: str, run: str) -> str:
        """Wait for a run's end; give its state."""
        path = f"/dags/{dag}/dagRuns/{run}"
        return str(
            self.wait(f"{dag} {run} ends", lambda: _ended(self._ask("GET", path)))["state"],
        )

    def reconciled(self, key: str) -> Facts:
        """Wait for the end of the run that the sources' hand-overs of a business date have started."""

        def ended() -> Facts | None:
            return next((run for run in self.runs("reconcile") if run["partition_key"] == key and _ended(run)), None)

        found: Facts = self.wait(f"reconcile {key}", ended)
        return found

    def kill(self, dag: str, run: str, task: str) -> None:
        """Kill a task's process while it works."""
        doing = self.wait(f"{task} works", lambda: _working(self.tasks(dag, run)[task]))
        os.kill(doing["pid"], signal.SIGKILL)

    def _ask(self, method: str, path: str, **arguments: Any) -> Facts:
        answer = self.client.request(method, path, **arguments)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        facts: Facts = answer.json()
        return facts

    def _state(self) -> str:
        dags = [f"ingest_{source}" for source in ("alipay", "wechat", "taobao", "bank", "open")]
        return "\n".join(
            f"{dag} {run['dag_run_id']} {run['partition_key']} {run['state']}: "
            + ", ".join(f"{name} {task['state']}" for name, task in self.tasks(dag, run["dag_run_id"]).items())
            for dag in (*dags, "reconcile", "trigger_reconcile")
            for run in self.runs(dag)[:2]
        )


def _ended(run: Facts) -> Facts | None:
    return run if run["state"] in ("success", "failed") else None


def _working(task: Facts) -> Facts | None:
    return task if task["state"] == "running" and task["pid"] else None


class Webhook:
    """A server on loopback that keeps what is posted to it."""

    def __init__(self) -> None:
        """Begin to listen."""
        self.received: list[Facts] = []
        received = self.received

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                received.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_arguments: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        """Its address as apprise writes it."""
        return f"json://127.0.0.1:{self.server.server_port}/"

    def texts(self) -> list[str]:
        """Everything that was received, title and body."""
        return [f"{one['title']}\n{one['message']}" for one in self.received]

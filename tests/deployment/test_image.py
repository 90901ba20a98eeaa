"""The Dockerfile copies what the package needs, and the small programs of deploy/ do what they say."""

import fnmatch
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from .compose import ROOT

DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
SOURCES = [
    source
    for line in re.findall(r"^COPY (?!--from)(.*) \S+$", DOCKERFILE, re.MULTILINE)
    for source in line.split()
]  # fmt: skip


def test_what_is_copied_is_there_and_is_not_kept_from_the_builder() -> None:
    rules = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and not line.startswith("#")]
    assert rules[0] == "*"
    assert len(SOURCES) >= 8
    for source in SOURCES:
        assert (ROOT / source).exists(), source
        assert f"!{source}" in rules, source
    assert {rule[1:] for rule in rules if rule.startswith("!")} == set(SOURCES)
    assert not any(fnmatch.fnmatch(".env", rule[1:]) for rule in rules if rule.startswith("!"))


def test_the_base_is_pinned_and_the_user_is_nobody_special() -> None:
    assert set(re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)) == {"python:3.11.14-slim-bookworm"}
    assert re.findall(r"^USER (.*)$", DOCKERFILE, re.MULTILINE) == ["10001:10001"]
    assert re.search(r"uv==\d+\.\d+\.\d+\b", DOCKERFILE)
    assert "--require-hashes" in DOCKERFILE


def test_what_is_copied_is_enough(tmp_path: Path) -> None:
    for source in SOURCES:
        target = tmp_path / source
        target.parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, target, ignore=shutil.ignore_patterns("__pycache__", "target", "logs"))
        else:
            shutil.copy(ROOT / source, target)
    program = """
import tieout
from tieout.cli.main import cli
from tieout.dbt.project import PROJECT
from tieout.quality.validation import declared
from tieout.warehouse.migration import read_migrations
import tieout_airflow.setup
assert (PROJECT / "dbt_project.yml").is_file() and len(read_migrations()) >= 2
print(tieout.__file__, PROJECT, declared("raw").__file__, declared("marts").__file__, tieout_airflow.setup.__file__)
"""
    environment = os.environ | {"PYTHONPATH": str(tmp_path / "plugins"), "AIRFLOW_HOME": str(tmp_path / "home")}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd="/", env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert [Path(place).is_relative_to(tmp_path) for place in done.stdout.split()[-5:]] == [True] * 5


STATES = {
    "metadatabase": {"status": "healthy"},
    "scheduler": {"status": "healthy", "latest_scheduler_heartbeat": "…"},
    "triggerer": {"status": "unhealthy"},
    "dag_processor": {"status": None},
}


@pytest.fixture
def server() -> Iterator[str]:
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = self.path == "/api/v2/monitor/health"
            self.send_response(200 if found else 404)
            self.end_headers()
            self.wfile.write(json.dumps(STATES).encode() if found else b"")

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Answer) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}/execution/"
        running.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("component", "code"), [("metadatabase", 0), ("scheduler", 0), ("triggerer", 1), ("dag_processor", 1), ("other", 1)]
)
def test_a_component_is_healthy_when_the_api_server_says_so(server: str, component: str, code: int) -> None:
    assert _ask(server, component) == code


def test_nothing_is_healthy_without_an_api_server() -> None:
    assert _ask("http://127.0.0.1:9/execution/", "scheduler") == 1


def _ask(address: str, component: str) -> int:
    environment = os.environ | {"AIRFLOW__CORE__EXECUTION_API_SERVER_URL": address}
    command = [sys.executable, ROOT / "deploy/airflow/health.py", component]
    return subprocess.run(command, env=environment, capture_output=True, check=False).returncode

"""Every command, path and setting that the deployment's files and the manual name exists."""

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from .commands import Commands, blocks, split
from .compose import CELERY, ROOT, parsed, run, settings

MANUAL = ROOT / "docs/operations.md"
FAB = "airflow.providers.fab.auth_manager.fab_auth_manager.FabAuthManager"


@pytest.fixture(scope="module")
def found() -> Commands:
    """The commands of compose's services and health checks, of the image, and of the manual."""
    commands = Commands()
    for service in parsed(CELERY)["services"].values():
        for words in (service.get("command"), (service.get("healthcheck") or {}).get("test")):
            if words and words[0] == "CMD-SHELL":
                for part in split(words[1].replace("$$", "$")):
                    commands.check([word for word in part if "=" not in word.split("$")[0]])
            elif words:
                commands.check(words[1:] if words[0] == "CMD" else words)
    for line in re.findall(r"^CMD (\[.*\])$", (ROOT / "Dockerfile").read_text("utf-8"), re.MULTILINE):
        commands.check(json.loads(line))
    for block in blocks(MANUAL, "sh"):
        for words in split(block):
            commands.check(words)
    return commands


@pytest.fixture(scope="module")
def answer(found: Commands, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What Airflow does not know: asked once, because to ask it anything takes seconds."""
    files = [ROOT / name for name in (*CELERY, "Dockerfile")]
    names = sorted({name for path in files for name in re.findall(r"AIRFLOW__[A-Z_]+", path.read_text("utf-8"))})
    assert len(names) > 15
    asked = {"commands": found.airflow, "settings": names, "objects": [*found.objects, FAB]}
    home = tmp_path_factory.mktemp("airflow")
    environment = os.environ | {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__AUTH_MANAGER": FAB,
        "AIRFLOW__CELERY__BROKER_URL": "redis://:x@127.0.0.1:1/0",
        "AIRFLOW__CELERY__RESULT_BACKEND": "db+sqlite://",
    }
    script = Path(__file__).with_name("airflow_checks.py")
    done = subprocess.run(
        [sys.executable, script], input=json.dumps(asked), env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout.splitlines()[-1]))


def test_there_are_commands_to_check(found: Commands) -> None:
    assert len(blocks(MANUAL, "sh")) > 20
    assert {"tieout", "airflow", "docker", "python", "make", "psql", "pg_dump", "celery"} <= set(found.seen)
    assert len(found.airflow) > 10


def test_every_command_is_known_to_its_program(found: Commands) -> None:
    assert found.wrong == []


def test_every_airflow_command_is_known_to_airflow(answer: dict[str, list[str]]) -> None:
    assert answer["commands"] == []


def test_every_airflow_setting_exists(answer: dict[str, list[str]]) -> None:
    assert answer["settings"] == []


@pytest.mark.parametrize(
    "wrong",
    [
        "tieout backup --too /x",
        "tieout backup",
        "tieout fly",
        "tieout status extra",
        "docker compose start-all",
        "docker compose exec nobody tieout status",
        "docker compose exec scheduler tieout fly",
        "docker compose up --background",
        "docker compose -f docker-compose.other.yml up",
        "python -m tieout_airflow.set_up",
        "python deploy/airflow/nothing.py",
        "make fly",
        "psql --no-such-option",
        "deploy/old-secrets.sh .env",
        "unheard-of",
    ],
)
def test_a_command_that_does_not_exist_is_found(wrong: str) -> None:
    commands = Commands()
    commands.check(shlex.split(wrong))
    assert commands.wrong


def test_what_the_manual_has_people_write_into_an_override_is_understood(tmp_path: Path) -> None:
    [override] = blocks(MANUAL, "yaml")
    path = tmp_path / "override.yml"
    path.write_text(override, encoding="utf-8")
    done = run("config", "--format", "json", files=("docker-compose.yml", str(path)), **settings(CELERY))
    assert done.returncode == 0, done.stderr
    database = json.loads(done.stdout)["services"]["postgres"]
    assert set(database["networks"]) == {"outside", "database"}
    assert database["ports"][0]["host_ip"] == "127.0.0.1"
    assert yaml.safe_load(override)


def test_every_link_of_the_manual_leads_somewhere() -> None:
    text = MANUAL.read_text("utf-8")
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    links = re.findall(r"\]\(([^)]+)\)", text)
    assert len(links) > 15
    for link in links:
        if link.startswith("#"):
            assert link[1:] in anchors, link
        else:
            assert (MANUAL.parent / link).is_file(), link


def test_every_dag_of_the_manual_exists() -> None:
    dags = "\n".join(path.read_text("utf-8") for path in (ROOT / "dags").glob("*.py"))
    named: set[Any] = set(re.findall(r"^\| [^|]+ \| `(\w+)(?:<source>)?` \|", MANUAL.read_text("utf-8"), re.MULTILINE))
    assert len(named) == 6
    assert [name for name in named if name.rstrip("_") not in dags] == []

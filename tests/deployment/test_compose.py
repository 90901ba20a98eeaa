import os
import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest

from .compose import CELERY, PLAIN, ROOT, parsed, run, secrets, settings, variables

BOTH = pytest.mark.parametrize("files", [PLAIN, CELERY], ids=["plain", "celery"])
ONE_SHOT = {"setup"}
AIRFLOW = {"setup", "api-server", "scheduler", "dag-processor", "triggerer", "worker"}


def services(files: tuple[str, ...], **more: str) -> dict[str, dict[str, Any]]:
    return dict(parsed(files, **more)["services"])


@BOTH
def test_the_parser_takes_it_with_all_secrets_set(files: tuple[str, ...]) -> None:
    done = run("config", "--quiet", files=files, **settings(files))
    assert (done.returncode, done.stderr) == (0, "")


def test_there_are_secrets_to_ask_for() -> None:
    assert len(secrets(PLAIN)) == 7
    assert set(secrets(CELERY)) - set(secrets(PLAIN)) == {"REDIS_PASSWORD"}


@pytest.mark.parametrize("missing", secrets(CELERY))
def test_it_refuses_to_start_without_a_secret_and_says_what_to_set(missing: str) -> None:
    files = PLAIN if missing in secrets(PLAIN) else CELERY
    given = settings(files)
    for without in ({name: value for name, value in given.items() if name != missing}, given | {missing: ""}):
        done = run("config", "--quiet", files=files, **without)
        assert done.returncode != 0
        assert f"required variable {missing} is missing a value: set {missing} in .env" in done.stderr


@BOTH
def test_no_secret_has_a_value_of_its_own(files: tuple[str, ...]) -> None:
    for name in files:
        text = (ROOT / name).read_text("utf-8")
        for secret in secrets(files):
            assert re.findall(rf"\$\{{{secret}(?!:\?)", text) == []
    hidden = 0
    for service in services(files).values():
        for key, value in (service["environment"] or {}).items():
            if re.search(r"PASSWORD|SECRET|_KEY$|FERNET|CONN|_URL$", key) and value and "api-server" not in value:
                assert "value-of-" in value or key == "AIRFLOW__API__BASE_URL", key
                hidden += 1
    assert hidden > 20


def test_the_secrets_that_are_made_are_enough_and_are_never_written_over(tmp_path: Path) -> None:
    target = tmp_path / ".env"
    script = ROOT / "deploy/new-secrets.sh"
    assert os.access(script, os.X_OK)
    assert subprocess.run([script, target], check=False).returncode == 0
    made = dict(line.split("=", 1) for line in target.read_text().splitlines())
    assert set(made) == set(secrets(CELERY))
    assert len(set(made.values())) == len(made)
    assert target.stat().st_mode & 0o077 == 0
    assert run("config", "--quiet", files=CELERY, **made).returncode == 0
    from cryptography.fernet import Fernet

    assert Fernet(made["AIRFLOW_FERNET_KEY"]).encrypt(b"x")
    assert all(re.fullmatch("[0-9a-f]{48}", value) for name, value in made.items() if name != "AIRFLOW_FERNET_KEY")
    again = subprocess.run([script, target], check=False, capture_output=True)
    assert again.returncode != 0
    assert dict(line.split("=", 1) for line in target.read_text().splitlines()) == made


@BOTH
def test_every_service_is_confined_limited_and_watched(files: tuple[str, ...]) -> None:
    found = services(files)
    assert set(found) == {"postgres", *AIRFLOW} - (set() if files == CELERY else {"worker"}) | (
        {"redis"} if files == CELERY else set()
    )
    for name, service in found.items():
        limits = service["deploy"]["resources"]["limits"]
        assert {"cpus", "memory", "pids"} <= set(limits), name
        assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", service["user"]), name
        assert service["read_only"], name
        assert service["init"], name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["logging"]["options"].keys() == {"max-size", "max-file"}, name
        assert "stop_grace_period" in service, name
        assert re.search(r":\d+\.\d+\.\d+$|:\d+\.\d+(?:\.\d+)?-bookworm$", service["image"]), name
        assert "privileged" not in service, name
        if name in ONE_SHOT:
            assert service["restart"] == "no"
        else:
            assert service["restart"] == "unless-stopped", name
            assert service["healthcheck"]["test"], name
            assert service["healthcheck"].keys() >= {"interval", "timeout", "retries", "start_period"}, name


@BOTH
def test_everything_waits_for_what_it_needs(files: tuple[str, ...]) -> None:
    for name, service in services(files).items():
        needs = {other: need["condition"] for other, need in (service.get("depends_on") or {}).items()}
        if name in AIRFLOW:
            assert needs.pop("postgres") == "service_healthy"
            assert needs.pop("setup", None) == (None if name == "setup" else "service_completed_successfully")
        assert needs == ({"redis": "service_healthy"} if name == "worker" else {})


@BOTH
def test_only_the_ui_is_published_and_only_here_unless_told_otherwise(files: tuple[str, ...]) -> None:
    published = {name: service["ports"] for name, service in services(files).items() if service.get("ports")}
    assert [(port["host_ip"], port["published"]) for port in published.pop("api-server")] == [("127.0.0.1", "8080")]
    assert published == {}
    networks = {name: set(service["networks"]) for name, service in services(files).items()}
    assert all(networks[name] == {"database"} for name in networks.keys() - AIRFLOW)
    assert parsed(files)["networks"]["database"]["internal"]
    open_ui = services(files, TIEOUT_BIND="10.0.0.5", TIEOUT_PORT="9090")["api-server"]
    assert [(port["host_ip"], port["published"]) for port in open_ui["ports"]] == [("10.0.0.5", "9090")]
    assert open_ui["environment"]["AIRFLOW__API__BASE_URL"] == "http://localhost:9090"


@BOTH
def test_all_of_airflow_sees_the_same_folders_and_the_same_settings(files: tuple[str, ...]) -> None:
    found = {name: service for name, service in services(files).items() if name in AIRFLOW}
    mounts = [{(one["source"], one["target"]) for one in service["volumes"]} for service in found.values()]
    assert mounts == [mounts[0]] * len(found)
    assert {"/var/lib/tieout/inbox", "/var/lib/tieout/landing", "/var/lib/tieout/backups"} < {to for _, to in mounts[0]}
    own = {"TIEOUT_ADMIN_USER", "TIEOUT_ADMIN_PASSWORD"}
    environments = [
        {name: value for name, value in service["environment"].items() if name not in own} for service in found.values()
    ]
    assert environments == [environments[0]] * len(found)
    executor = "CeleryExecutor" if files == CELERY else "LocalExecutor"
    assert environments[0]["AIRFLOW__CORE__EXECUTOR"] == executor


def test_folders_of_the_machine_can_take_the_place_of_volumes(tmp_path: Path) -> None:
    places = sorted(name for name in variables(PLAIN) if name.endswith("_VOLUME"))
    assert len(places) == 5
    chosen = {name: str(tmp_path / name) for name in places}
    volumes = services(PLAIN, **chosen)["scheduler"]["volumes"]
    assert {one["source"] for one in volumes if one["type"] == "bind"} == set(chosen.values())


def test_what_is_mounted_from_the_repository_is_there() -> None:
    binds = [
        one for service in services(CELERY).values() for one in service.get("volumes") or [] if one["type"] == "bind"
    ]
    assert [Path(one["source"]).relative_to(ROOT).as_posix() for one in binds] == ["deploy/postgres/init.sh"]
    assert all(Path(one["source"]).is_file() for one in binds)


def test_the_image_is_named_after_the_version_it_holds() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert {services(CELERY)[name]["image"] for name in AIRFLOW} == {f"tieout:{version}"}


def test_every_setting_of_the_package_reaches_the_containers() -> None:
    modules = [*(ROOT / "plugins").rglob("*.py")]
    read = {
        name
        for path in modules
        if "dbt" not in path.parts
        for name in re.findall(r"TIEOUT_[A-Z_]+", path.read_text("utf-8"))
    }
    assert len(read) >= 5
    # The embedded server's port: a deployment has a server of its own.
    assert read - {"TIEOUT_WAREHOUSE_PORT"} <= set(services(PLAIN)["setup"]["environment"])

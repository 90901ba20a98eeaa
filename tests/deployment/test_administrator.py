"""The first administrator is made once, with the password from the environment; nobody is made without one."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from .compose import ROOT

FAB = "airflow.providers.fab.auth_manager.fab_auth_manager.FabAuthManager"
PASSWORD = "TIEOUT_ADMIN_PASSWORD"  # noqa: S105 - the name of the setting


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("airflow")
    done = subprocess.run(
        [sys.executable, "-m", "airflow", "db", "migrate"],
        env=_environment(folder), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return folder / "airflow.db"


def _environment(folder: Path, **more: str) -> dict[str, str]:
    return os.environ | {
        "AIRFLOW_HOME": str(folder),
        "AIRFLOW__CORE__AUTH_MANAGER": FAB,
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{folder}/airflow.db",
        **more,
    }


def _make(database: Path, **more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, ROOT / "deploy/airflow/administrator.py"]
    environment = _environment(database.parent, **more)
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def _users(database: Path) -> list[tuple[str, str, str]]:
    query = (
        "select username, password, ab_role.name from ab_user join ab_user_role on ab_user_role.user_id = ab_user.id"
        " join ab_role on ab_role.id = ab_user_role.role_id order by username"
    )
    with sqlite3.connect(database) as connection:
        return connection.execute(query).fetchall()


def test_the_first_administrator_is_made_once(database: Path) -> None:
    refused = _make(database, **{PASSWORD: ""})
    assert (refused.returncode, "TIEOUT_ADMIN_PASSWORD is not set" in refused.stderr) == (1, True)
    assert _users(database) == []
    made = _make(database, TIEOUT_ADMIN_USER="ada", **{PASSWORD: "correct horse"})
    assert made.returncode == 0, made.stderr
    assert "ada may log in as administrator" in made.stdout
    [(name, password, role)] = _users(database)
    assert (name, role) == ("ada", "Admin")
    from werkzeug.security import check_password_hash

    assert check_password_hash(password, "correct horse")
    again = _make(database, TIEOUT_ADMIN_USER="ada", **{PASSWORD: "another"})
    assert (again.returncode, "ada is there already" in again.stdout) == (0, True)
    assert _users(database) == [(name, password, role)]

"""The environment of the Airflow that is tried out on this machine: where things lie, and secrets made up once."""

import json
import os
import secrets
import shlex
import socket
import sys
from base64 import urlsafe_b64encode
from dataclasses import asdict, dataclass
from pathlib import Path

from tieout.core.settings import Settings
from tieout.warehouse import embedded

ROOT = Path(__file__).parents[2]
USER = "admin"
PRELOADED = (
    "airflow.sdk.execution_time.supervisor,great_expectations,dbt.cli.main,dbt.adapters.postgres,pyarrow.parquet"
)


@dataclass(frozen=True)
class Secrets:
    """What was made up at the first start, and is kept in `<home>/airflow/secrets.json` for its owner only."""

    port: int
    password: str
    fernet_key: str
    jwt_secret: str
    api_secret: str


def variables(settings: Settings, known: Secrets) -> dict[str, str]:
    """Give the environment in which every component and the `airflow` command run."""
    server = embedded.ensure_database(settings, "airflow")
    address = f"http://127.0.0.1:{known.port}"
    folder = settings.home / "airflow"
    (folder / "passwords.json").write_text(json.dumps({USER: known.password}))
    (folder / "passwords.json").chmod(0o600)
    airflow = {
        "CORE__EXECUTOR": "LocalExecutor",
        "CORE__PARALLELISM": "4",
        # Tasks are forked from a process that has what they need: each of these takes seconds to import.
        "SCHEDULER__MP_START_METHOD": "forkserver",
        "CORE__MP_FORKSERVER_PRELOAD": PRELOADED,
        "CORE__DAGS_FOLDER": str(ROOT / "dags"),
        "CORE__PLUGINS_FOLDER": str(ROOT / "plugins"),
        "CORE__LOAD_EXAMPLES": "False",
        "CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "CORE__EXECUTION_API_SERVER_URL": f"{address}/execution/",
        "CORE__FERNET_KEY": known.fernet_key,
        "CORE__SIMPLE_AUTH_MANAGER_USERS": f"{USER}:admin",
        "CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(folder / "passwords.json"),
        "CORE__DEFAULT_TIMEZONE": "Asia/Shanghai",
        # With psycopg 3 Airflow 3.3 cannot read what depends on what: its pages of assets and dependencies stay empty.
        "DATABASE__SQL_ALCHEMY_CONN": server.replace("postgresql://", "postgresql+psycopg2://"),
        "DATABASE__SQL_ALCHEMY_CONN_ASYNC": server.replace("postgresql://", "postgresql+psycopg://"),
        "API__PORT": str(known.port),
        "API__BASE_URL": address,
        "API__SECRET_KEY": known.api_secret,
        "API_AUTH__JWT_SECRET": known.jwt_secret,
        "LOGGING__BASE_LOG_FOLDER": str(folder / "logs"),
        # A chain of tasks spends less time between them; an idle scheduler costs a tenth of a core.
        "SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.2",
        "DAG_PROCESSOR__REFRESH_INTERVAL": "10",
    }
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return (
        kept
        | {f"AIRFLOW__{name}": value for name, value in airflow.items()}
        # Here people trigger: the demo's dates are past, and a night's run would tie out a day that has no files.
        | {"TIEOUT_SCHEDULE_FROM": "2100-01-01"}
        | {"AIRFLOW_HOME": str(folder), "TIEOUT_HOME": str(settings.home), "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}
        # The components find `airflow` of this environment, also where it was not activated.
        | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    )


def write(settings: Settings, known: Secrets) -> Path:
    """Write what a shell has to `source` for the `airflow` command; it holds secrets, so only its owner may read it."""
    path = settings.home / "airflow" / "environment.sh"
    path.touch(mode=0o600)
    chosen = {
        name: value
        for name, value in sorted(variables(settings, known).items())
        if name.startswith(("AIRFLOW", "TIEOUT")) or name == "PATH"
    }
    path.write_text("".join(f"export {name}={shlex.quote(value)}\n" for name, value in chosen.items()))
    return path


def remember(folder: Path) -> Secrets:
    """Read the secrets, having made them up at the first time."""
    path = folder / "secrets.json"
    if not path.exists():
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        made = Secrets(
            port,
            secrets.token_urlsafe(12),
            urlsafe_b64encode(secrets.token_bytes(32)).decode(),
            secrets.token_urlsafe(48),
            secrets.token_urlsafe(32),
        )
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(asdict(made), file, indent=2)
    return Secrets(**json.loads(path.read_text()))

"""An Airflow on this machine, to try tieout out: everything below `<home>/airflow`, nothing beyond loopback.

`python -m tieout_airflow.local start|stop`. Its metadata lie in a database of their own beside the embedded warehouse;
`environment.sh` there lets a shell use the `airflow` command on it. A team's deployment is docker-compose.yml.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from tieout.core.errors import TieoutError
from tieout.core.settings import Settings
from tieout.sources import SOURCES
from tieout.warehouse import embedded
from tieout_airflow import environment
from tieout_airflow.environment import USER

COMPONENTS = {
    "api-server": ("api-server", "--host", "127.0.0.1", "--workers", "1"),
    "scheduler": ("scheduler", "--skip-serve-logs"),
    "dag-processor": ("dag-processor",),
    "triggerer": ("triggerer", "--skip-serve-logs"),
}
_PATIENCE = 180


def start(settings: Settings) -> tuple[str, str]:
    """Have the four components running and healthy; give the URL and the password of USER. Raises TieoutError."""
    folder = settings.home / "airflow"
    folder.mkdir(parents=True, exist_ok=True)
    known = environment.remember(folder)
    if not _alive(folder):
        _check_port(known.port)
        variables = environment.variables(settings, known)
        _run(folder, variables, "setup", [sys.executable, "-m", "tieout_airflow.setup"])
        for name, arguments in COMPONENTS.items():
            _launch(folder, variables, name, arguments)
    _wait_until_healthy(folder, known.port)
    return f"http://127.0.0.1:{known.port}", known.password


def stop(settings: Settings) -> bool:
    """End the components and what they have started; False if none was running. The warehouse goes on."""
    folder = settings.home / "airflow"
    running = _alive(folder)
    for sent, patience in ((signal.SIGTERM, 15), (signal.SIGKILL, 10)):
        for group in running.values():
            _signal(group, sent)
        deadline = time.monotonic() + patience
        while any(map(_exists, running.values())) and time.monotonic() < deadline:
            time.sleep(0.1)
    for path in folder.glob("*.pid"):
        path.unlink()
    return bool(running)


def _check_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise TieoutError(f"Port {port} on 127.0.0.1 is taken by another program; stop it first.") from error


def _run(folder: Path, variables: dict[str, str], name: str, command: list[str]) -> None:
    with (folder / f"{name}.log").open("ab") as log:
        done = subprocess.run(command, env=variables, stdout=log, stderr=log, cwd=folder, check=False)
    if done.returncode:
        raise TieoutError(f"Airflow's {name} failed. The end of {folder / name}.log:\n{_tail(folder, name)}")


def _launch(folder: Path, variables: dict[str, str], name: str, arguments: tuple[str, ...]) -> None:
    with (folder / f"{name}.log").open("ab") as log:
        # A session of its own: it goes on when this command ends, and is ended together with what it starts.
        process = subprocess.Popen(
            [sys.executable, "-m", "airflow", *arguments],
            env=variables, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=folder, start_new_session=True,
        )  # fmt: skip
    (folder / f"{name}.pid").write_text(str(process.pid))


def _wait_until_healthy(folder: Path, port: int) -> None:
    deadline = time.monotonic() + _PATIENCE
    while True:
        if dead := COMPONENTS.keys() - _alive(folder).keys():
            name = min(dead)
            raise TieoutError(f"Airflow's {name} has ended. The end of {folder / name}.log:\n{_tail(folder, name)}")
        health = _ask(port)
        waiting = sorted(name for name, state in health.items() if state != "healthy") if health else ["api-server"]
        if not waiting:
            return
        if time.monotonic() > deadline:
            raise TieoutError(f"Airflow is not healthy after {_PATIENCE} s: {', '.join(waiting)}; see {folder}/*.log")
        time.sleep(0.5)


def _ask(port: int) -> dict[str, str | None]:
    try:
        with urlopen(f"http://127.0.0.1:{port}/api/v2/monitor/health", timeout=5) as answer:
            return {name: state["status"] for name, state in json.load(answer).items()}
    except (URLError, OSError, ValueError):
        return {}


def _alive(folder: Path) -> dict[str, int]:
    pids = {path.stem: int(path.read_text()) for path in folder.glob("*.pid") if path.stem in COMPONENTS}
    return {name: pid for name, pid in pids.items() if _exists(pid)}


def _exists(group: int) -> bool:
    # A child of ours that has ended is still there until it is asked for.
    with suppress(ChildProcessError):
        os.waitpid(group, os.WNOHANG)
    try:
        os.killpg(group, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def _signal(group: int, sent: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(group, sent)


def _tail(folder: Path, name: str) -> str:
    return "\n".join(f"  {line}" for line in (folder / f"{name}.log").read_text(errors="replace").splitlines()[-15:])


def _write_demo(settings: Settings) -> None:
    if any(path.is_file() for path in settings.inbox.rglob("*")):
        return
    from tieout import world

    print("Writing the files of a made-up merchant's May 2026 into the inbox …")
    world.write(2000, 31, 1, settings.home)


def main() -> None:
    """Start or stop, and say where it is."""
    settings = Settings.load()
    if sys.argv[1:] == ["stop"]:
        print("Airflow is stopped" if stop(settings) else "Airflow was not running")
        embedded.stop(settings)
        return
    if sys.argv[1:] != ["start"]:
        sys.exit("usage: python -m tieout_airflow.local start|stop")
    _write_demo(settings)
    print("Starting Airflow: API server, scheduler, DAG processor, triggerer …")
    begun = time.monotonic()
    address, password = start(settings)
    known = environment.remember(settings.home / "airflow")
    print(f"""Airflow is healthy after {time.monotonic() - begun:.0f} s 已就绪
  {address}   user {USER}   password {password}
  inbox      {settings.inbox}
  logs       {settings.home / "airflow"}
  Tie out a business date: trigger each ingest_… DAG with the partition key 2026-05-01 (under Advanced Options),
  or backfill some days, and watch reconcile:
  source {environment.write(settings, known)}
  for source in {" ".join(SOURCES)}; do
    airflow backfill create --dag-id ingest_$source --from-date 2026-05-01 --to-date 2026-05-07 --max-active-runs 1
  done""")


if __name__ == "__main__":
    try:
        main()
    except TieoutError as failure:
        sys.exit(f"tieout: {failure}")

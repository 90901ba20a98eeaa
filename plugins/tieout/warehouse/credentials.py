"""What has to be remembered about the embedded server: its port, its passwords and where its data lies."""

import errno
import json
import os
import secrets
import socket
import time
from dataclasses import dataclass
from pathlib import Path

from tieout.core.errors import TieoutError

_PORTS = range(20_000, 30_000)
# Below the range that systems hand out for outgoing connections (from 32768 on Linux), so that no browser takes it.
_LETTING_GO = 3.0
# Seconds.


@dataclass(frozen=True)
class Credentials:
    """The port on 127.0.0.1, the two passwords, and the data folder."""

    port: int
    owner_password: str
    reader_password: str
    data: Path


def create(data: Path) -> Credentials:
    """Choose a free port (or TIEOUT_WAREHOUSE_PORT) and make two passwords."""
    return Credentials(wanted_port() or _choose_port(), secrets.token_urlsafe(24), secrets.token_urlsafe(24), data)


def read(folder: Path) -> Credentials | None:
    """Read credentials.json; None before the first initialisation. Raises TieoutError if it cannot be used."""
    path = folder / "credentials.json"
    try:
        content = json.loads(path.read_text())
        # Beside this file unless it had to go elsewhere: so a home can be moved as a whole.
        data = Path(content["data"]) if content["data"] else folder / "data"
        return Credentials(int(content["port"]), content["owner_password"], content["reader_password"], data)
    except FileNotFoundError:
        return None
    except PermissionError as error:
        raise TieoutError(
            f"{path} may not be read by this user. Run tieout as the user who started it first here, or choose "
            "another folder with TIEOUT_HOME."
        ) from error
    except NotADirectoryError as error:
        raise TieoutError(f"{folder} cannot be a folder ({error}). Choose another place with TIEOUT_HOME.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise TieoutError(
            f"{path} is damaged ({error!r}). Restore it from a backup; if there is none, move the folder "
            f"{folder} away: everything but casework and the history of exceptions is rebuilt from landing."
        ) from error


def write(folder: Path, credentials: Credentials) -> None:
    """Write credentials.json in one step, readable by its owner only; a rewritten file keeps its owner."""
    path = folder / "credentials.json"
    content = {
        "port": credentials.port,
        "owner_password": credentials.owner_password,
        "reader_password": credentials.reader_password,
        "data": None if credentials.data == folder / "data" else str(credentials.data),
    }
    draft = folder / "credentials.json.new"
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(content, file, indent=2)
    if path.exists() and os.geteuid() == 0:
        os.chown(draft, path.stat().st_uid, path.stat().st_gid)
    draft.replace(path)


def wanted_port() -> int | None:
    """Read TIEOUT_WAREHOUSE_PORT, which wins over the remembered port at the server's next start."""
    text = os.environ.get("TIEOUT_WAREHOUSE_PORT", "")
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or not 1024 <= int(text) <= 65535:
        raise TieoutError(f"TIEOUT_WAREHOUSE_PORT is '{text}'; it has to be a number from 1024 to 65535.")
    return int(text)


def check_port(port: int) -> None:
    """Raise TieoutError when another program listens on the port, and goes on doing so.

    A server that was killed has left the process list a moment before it lets go of its port.
    """
    deadline = time.monotonic() + _LETTING_GO
    while not _is_free(port):
        if time.monotonic() > deadline:
            raise TieoutError(
                f"Port {port} on 127.0.0.1 is taken by another program, so the warehouse cannot start. "
                "Stop that program, or set TIEOUT_WAREHOUSE_PORT to a free port: it is remembered from then on."
            )
        time.sleep(0.1)


def _choose_port() -> int:
    for _ in range(100):
        port = secrets.choice(_PORTS)
        if _is_free(port):
            return port
    raise TieoutError("No free port was found on 127.0.0.1. Set TIEOUT_WAREHOUSE_PORT to a free one.")


def _is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As PostgreSQL does: connections of the last run that are still being closed are in nobody's way.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return False
            raise
    return True

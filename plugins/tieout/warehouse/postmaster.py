"""The running server as its own pid file tells it, checked against the living process."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

_NOBODY = "2147483647"
# Greater than any process number a system hands out.


@dataclass(frozen=True)
class Postmaster:
    """A server process that is alive; `ready` once it takes connections."""

    pid: int
    port: int
    ready: bool


def find(data: Path) -> Postmaster | None:
    """Read postmaster.pid; None if there is none, or if its process is gone or is another program by now.

    After a crash the number in the file can belong to anything, so the process has to be a server of this very folder.
    """
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
        pid, port = int(lines[0]), int(lines[3])
    except (FileNotFoundError, NotADirectoryError, IndexError, ValueError):
        return None
    if not _serves(pid, data):
        return None
    # The eighth line is the state: starting, ready, standby, stopping.
    return Postmaster(pid, port, ready=len(lines) > 7 and lines[7].strip() == "ready")


def disown(data: Path) -> None:
    """Make the pid file of a killed server harmless when its number belongs to another program by now.

    PostgreSQL would take that program for its predecessor and refuse to start. The file itself stays: it leads to the
    shared memory that the killed server's last children may still be using.
    """
    path = data / "postmaster.pid"
    if path.exists() and find(data) is None:
        first, *others = path.read_text().splitlines()
        if first != _NOBODY:
            path.write_text("\n".join([_NOBODY, *others]) + "\n")


def _serves(pid: int, data: Path) -> bool:
    try:
        words = _command_line(pid)
        folder = words[words.index("-D") + 1]
        return os.path.samefile(folder, data)
    except (OSError, ValueError, IndexError):
        return False


def _command_line(pid: int) -> list[str]:
    if Path("/proc/self/cmdline").exists():
        return Path(f"/proc/{pid}/cmdline").read_text().split("\0")
    listed = subprocess.run(
        ["ps", "-ww", "-o", "command=", "-p", str(pid)], check=False, capture_output=True, text=True
    )
    _, found, folder = listed.stdout.strip().partition(" -D ")
    return ["-D", folder] if found else []

"""The system user that PostgreSQL runs as when tieout itself runs as root: PostgreSQL refuses to run as root."""

import os
import pwd
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from tieout.core.errors import TieoutError

NAME = "tieout"


def choose(data: Path) -> str | None:
    """Name the user to run the server of this data folder as; None means: as the present user.

    Only root has to choose. A data folder that belongs to a person already (made before the switch to root) keeps
    its owner; a new one goes to the system user `tieout`, which is made if it is missing.
    """
    if os.geteuid() != 0:
        return None
    if data.exists() and data.stat().st_uid != 0:
        return pwd.getpwuid(data.stat().st_uid).pw_name
    if not _exists():
        _create()
    return NAME


def run(
    command: Sequence[str | Path],
    account: str | None,
    *,
    output: int | IO[bytes] = subprocess.PIPE,
    text: str | None = None,
) -> subprocess.CompletedProcess[bytes]:
    """Run a command as the account, whatever its exit code, in a session of its own and without PG* variables.

    `text` is its standard input; standard error goes where standard output goes. Raises TieoutError if it cannot run.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")} | {"LC_ALL": "C"}
    switch: dict[str, object] = {}
    if account is not None:
        # The group by its number: it need not be named like its user.
        switch = {"user": account, "group": pwd.getpwnam(account).pw_gid, "extra_groups": []}
    try:
        return subprocess.run(  # type: ignore[call-overload, no-any-return]
            [str(part) for part in command],
            check=False,
            cwd="/",
            env=environment,
            input=(text or "").encode(),
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            **switch,
        )
    except OSError as error:
        raise TieoutError(
            f"'{command[0]}' cannot be run{f' as the system user {account}' if account else ''} ({error}). "
            "Check that the folder is reachable and mounted without noexec, or set TIEOUT_WAREHOUSE_URL to a "
            "PostgreSQL server of your own."
        ) from error


def find_barrier(folder: Path, account: str | None) -> Path | None:
    """Find the first folder on the way to `folder` (itself included) that the account may not enter; None if it may."""
    if account is None or _may_enter(folder, account):
        return None
    return next((step for step in [*reversed(folder.parents), folder] if not _may_enter(step, account)), None)


def give(path: Path, account: str | None) -> None:
    """Make the account the owner of a path that was just made for it."""
    if account is not None:
        person = pwd.getpwnam(account)
        os.chown(path, person.pw_uid, person.pw_gid)


def _may_enter(folder: Path, account: str) -> bool:
    # Asked of the system instead of computed from mode bits: access lists and mounts have a say as well.
    return run(["/bin/sh", "-c", 'cd -- "$1"', "sh", folder], account).returncode == 0


def _exists() -> bool:
    try:
        pwd.getpwnam(NAME)
    except KeyError:
        return False
    return True


def _create() -> None:
    command = ["useradd", "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", NAME]
    try:
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        reason = done.stderr.strip()
    except FileNotFoundError:
        reason = "the command useradd is missing"
    # Another process may have made it in the meantime, which useradd reports as a failure.
    if not _exists():
        raise TieoutError(
            f"PostgreSQL refuses to run as root, and the system user '{NAME}' could not be made ({reason}). "
            f"Make a system user named '{NAME}', run tieout as an ordinary user, or set TIEOUT_WAREHOUSE_URL."
        )

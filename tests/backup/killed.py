"""A backup or a restore that is killed in the middle: `python killed.py MOMENT backup|restore HOME FOLDER|ARCHIVE`.

It kills itself, so that the moment does not depend on the machine's speed.
"""

import os
import signal
import sys
from pathlib import Path
from typing import Any

from tieout.backup import archive, backup, dump, restore, restoring
from tieout.core.settings import Settings

_SOME = 40


def _die(*_arguments: Any) -> Any:
    os.kill(os.getpid(), signal.SIGKILL)


def _die_after(calls: int, owner: Any, name: str) -> None:
    real, done = getattr(owner, name), 0

    def some(*arguments: Any, **options: Any) -> Any:
        nonlocal done
        done += 1
        return _die() if done > calls else real(*arguments, **options)

    setattr(owner, name, some)


def _die_once_done(owner: Any, name: str) -> None:
    real = getattr(owner, name)

    def done(*arguments: Any, **options: Any) -> None:
        real(*arguments, **options)
        _die()

    setattr(owner, name, done)


if __name__ == "__main__":
    moment, what, home, place = sys.argv[1:]
    match moment:
        case "dumped":
            _die_once_done(dump, "write")
        case "copying":
            _die_after(_SOME, archive.Writer, "add")
        case "written":
            _die_once_done(archive.Writer, "close")
        case "verified":
            Path.rename = _die  # type: ignore[method-assign]
        case "extracting":
            _die_after(_SOME, archive, "_copy")
        case "clearing":
            _die_after(1, dump, "_drop")
        case "restoring":
            _die_after(0, dump, "_execute")
        case "restored":
            _die_once_done(dump, "load")
        case "placing":
            _die_after(0, restoring, "_put_in_place")
    {"backup": backup, "restore": restore}[what](Settings(Path(home)), Path(place))

"""Lands one inbox again and again, each time killed one disk operation later, then once more to the end.

Arguments: the inbox, a folder for the homes. Home `0` is never killed. Prints how many kills there were.
"""

import os
import signal
import sys
from itertools import count
from pathlib import Path
from typing import Any

import pyarrow.parquet

from tieout.core.settings import Settings
from tieout.landing import land

WATCHED = ("fsync", "rename", "replace", "mkdir", "rmdir", "unlink", "chmod", "open")


def _die_at(limit: int) -> None:
    done = 0

    def watch(name: str) -> None:
        real = getattr(os, name)

        def watched(*args: Any, **kwargs: Any) -> Any:
            nonlocal done
            done += 1
            if done == limit:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*args, **kwargs)

        setattr(os, name, watched)

    for name in WATCHED:
        watch(name)
    write_table = pyarrow.parquet.ParquetWriter.write_table

    def write_half(writer: Any, table: Any, **options: Any) -> None:
        nonlocal done
        done += 1
        write_table(writer, table, **options)
        if done == limit:
            os.kill(os.getpid(), signal.SIGKILL)

    pyarrow.parquet.ParquetWriter.write_table = write_half


def _run(settings: Settings, inbox: Path, limit: int | None) -> bool:
    child = os.fork()
    if child == 0:
        if limit:
            _die_at(limit)
        land(settings, inbox)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if status not in (0, signal.SIGKILL):
        raise SystemExit(f"a landing ended with {status}, killed at {limit}")
    return status == 0


def main() -> None:
    inbox, homes = Path(sys.argv[1]), Path(sys.argv[2])
    # Arrow imports what it needs when it is first used: once here, and not in every child.
    pyarrow.array([""])
    _run(Settings(homes / "0"), inbox, None)
    for limit in count(1):
        settings = Settings(homes / str(limit))
        if _run(settings, inbox, limit):
            break
        _run(settings, inbox, None)
    sys.stdout.write(str(limit - 1))


if __name__ == "__main__":
    main()

"""One backup or restore at a time in a folder."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tieout.core.errors import TieoutError


@contextmanager
def held(folder: Path, busy: str) -> Iterator[None]:
    """Hold a folder, made if need be, alone; raises TieoutError(busy) at once where another does.

    The lock is the operating system's and dies with its holder.
    """
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise TieoutError(busy) from error
        yield
    finally:
        os.close(handle)

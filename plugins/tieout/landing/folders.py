"""Folders that exist completely or not at all, whatever moment the process is killed at, and one writer at a time."""

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tieout.core.content import Content
from tieout.core.settings import Settings

LOCKS = (".lock", ".helpers", ".contents")
"""Files that hold nothing: for who lands, for the processes that help with it, for the content that one is at.

Three, because NFS has one kind of lock for a file and forgets all that a process has of it with the first it closes.
"""

_BLOCK = 1 << 20
Progress = Callable[[str], None]
"""Told what happens, a line of text at a time."""


@contextmanager
def locked(settings: Settings, progress: Progress) -> Iterator[None]:
    """Hold landing and quarantine alone: a second writer waits. What a killed one left is cleared away first.

    The lock is the operating system's and dies with its holder.
    """
    settings.landing.mkdir(parents=True, exist_ok=True)
    settings.quarantine.mkdir(parents=True, exist_ok=True)
    with (settings.landing / LOCKS[0]).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            progress("another landing is at work: waiting for it to end")
            fcntl.flock(file, fcntl.LOCK_EX)
        _wait_for_helpers(settings)
        _sweep(settings.landing)
        _sweep(settings.quarantine)
        yield


def help_landing(settings: Settings) -> None:
    """Let whoever locks landing next wait until this process has ended: it works for the one that holds the lock."""
    fcntl.flock(os.open(settings.landing / LOCKS[1], os.O_WRONLY | os.O_CREAT, 0o644), fcntl.LOCK_SH)


@contextmanager
def alone_with(settings: Settings, sha256: str) -> Iterator[None]:
    """Hold one content alone: it may have come under two names, which two processes read."""
    with (settings.landing / LOCKS[2]).open("w") as file:
        # A lock of a byte that nobody writes: it needs no file of its own.
        fcntl.lockf(file, fcntl.LOCK_EX, 1, int(sha256[:15], 16))
        yield


@contextmanager
def filled(target: Path) -> Iterator[Path]:
    """Give a new folder to fill; it becomes `target` at the end, and replaces a `target` that is there.

    An error on the way leaves all as it was.
    """
    made = _beside(target, "new")
    made.mkdir(parents=True)
    try:
        yield made
    except BaseException:
        shutil.rmtree(made)
        raise
    _sync(made)
    if target.exists():
        old = _beside(target, "old")
        target.rename(old)
        made.rename(target)
        shutil.rmtree(old)
    else:
        made.rename(target)
    _sync(target.parent)


def write(path: Path, content: bytes) -> None:
    """Write a file down to the disk and make it read-only."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    path.chmod(0o444)


def copy(path: Path, content: Content) -> str:
    """Write a content down to the disk, block by block, make it read-only and give its sha256."""
    digest = hashlib.sha256()
    with content.open() as given, path.open("wb") as file:
        while block := given.read(_BLOCK):
            digest.update(block)
            file.write(block)
        file.flush()
        os.fsync(file.fileno())
    path.chmod(0o444)
    return digest.hexdigest()


def rewrite(path: Path, content: bytes) -> None:
    """Give a file another content, at once and only if it differs; it is made if it is not there."""
    if path.exists() and path.read_bytes() == content:
        return
    made = _beside(path.parent, f"{path.name}.new")
    write(made, content)
    made.replace(path)
    _sync(path.parent)


def seal(path: Path) -> None:
    """Bring a file that another library wrote down to the disk and make it read-only."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
    path.chmod(0o444)


def to_json(value: Any) -> bytes:
    """Write a manifest as a person can read it."""
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def members(root: Path, source: str | None = None) -> Iterator[Path]:
    """List the complete folders `<root>/<source>/<stream>/<id>`, of one source or of all."""
    return (path for path in sorted(root.glob(f"{source or '*'}/*/*")) if not path.name.startswith("."))


def _wait_for_helpers(settings: Settings) -> None:
    # They end with whom they work for; where that one was killed, a moment later.
    with (settings.landing / LOCKS[1]).open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)


def _sweep(root: Path) -> None:
    # Only a swap leaves an old folder: where its successor is not in place yet, the old one comes back.
    for path in sorted(root.glob("*/*/.*.old")):
        target = path.parent / path.name[1 : -len(".old")]
        if target.exists():
            shutil.rmtree(path)
        else:
            path.rename(target)
    for path in root.glob("*/*/.*.new"):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def _beside(target: Path, kind: str) -> Path:
    return target.parent / f".{target.name}.{kind}"


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

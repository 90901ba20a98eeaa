"""Putting fetched bills into the inbox: whole files only, never the same content twice, nothing that came is lost."""

import fcntl
import filecmp
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tieout.core.settings import Settings
from tieout.fetching.bills import Bill


def folder(settings: Settings, bill: Bill) -> Path:
    """Give the stream's folder of the inbox."""
    return settings.inbox / bill.source / bill.stream


def find(settings: Settings, bill: Bill) -> list[Path]:
    """List the files in which the bill has come already, the first one first."""
    stem, _, extension = bill.file_name.rpartition(".")
    place = folder(settings, bill)
    restated = place.glob(f"{stem}_restated_*.{extension}")
    return [path for path in (place / bill.file_name, *sorted(restated, key=_number)) if path.is_file()]


def empty_path(settings: Settings, bill: Bill) -> Path:
    """Give the companion that confirms an empty day. A bill that comes after all is not paired with it."""
    return folder(settings, bill) / f"{bill.stem}_empty.meta.json"


def place(settings: Settings, bill: Bill, draft: Path, describe: bool) -> tuple[Path, bool]:
    """Give a draft its name; return the bill's path and whether it is new: its content may have come already.

    Another content of the same bill (the platform restated it) stands beside the first as `…_restated_2`: landing
    decides which one counts. With `describe` a companion states account and day, for bills that do not say themselves.
    """
    come = find(settings, bill)
    if same := next((path for path in come if filecmp.cmp(draft, path, shallow=False)), None):
        return same, False
    name = bill.file_name
    if come:
        stem, _, extension = name.rpartition(".")
        name = f"{stem}_restated_{_number(come[-1]) + 1}.{extension}"
    target = folder(settings, bill) / name
    if describe:
        # Before the bill: landing between the two finds a companion that waits, not a bill without one.
        _write(target.with_name(f"{name}.meta.json"), _state(bill))
    _sync(draft)
    draft.replace(target)
    _sync(target.parent)
    return target, True


def confirm_empty(settings: Settings, bill: Bill) -> Path:
    """Write that there was nothing to come on the bill's day; landing takes it as a confirmed empty day."""
    target = empty_path(settings, bill)
    _write(target, _state(bill, rows=0))
    return target


@contextmanager
def draft(settings: Settings, bill: Bill) -> Iterator[Path]:
    """Give a path to download to, which landing does not look at; what is left there is removed."""
    place = folder(settings, bill)
    place.mkdir(parents=True, exist_ok=True)
    path = place / f".{bill.file_name}.part"
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


@contextmanager
def locked(settings: Settings, source: str, say: Callable[[str], None]) -> Iterator[None]:
    """Fetch a source alone: a second fetch waits. The lock is the operating system's and dies with its holder."""
    place = settings.inbox / source
    place.mkdir(parents=True, exist_ok=True)
    with (place / ".fetching.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"another fetch of {source} is at work: waiting for it to end")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _number(path: Path) -> int:
    text = path.stem.rpartition("_restated_")[2]
    return int(text) if text.isdigit() and "_restated_" in path.stem else 1


def _state(bill: Bill, **more: int) -> bytes:
    # No time of fetching in it: the same day fetched again has to be the same delivery.
    stated = {"from": bill.day.isoformat(), "to": bill.day.isoformat(), "account": bill.account, **more}
    return (json.dumps(stated, ensure_ascii=False) + "\n").encode()


def _write(target: Path, content: bytes) -> None:
    if target.is_file() and target.read_bytes() == content:
        return
    made = target.with_name(f".{target.name}.part")
    made.write_bytes(content)
    _sync(made)
    made.replace(target)
    _sync(target.parent)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

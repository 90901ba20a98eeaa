"""What lies in the inbox: the files of every stream, each with its `.meta.json` if it has one."""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tieout.core.content import Content
from tieout.landing import companions
from tieout.landing.arrivals import Arrival, to_modified_at
from tieout.sources import STREAMS, Stream

PARTIAL = (".tmp", ".part", ".crdownload", "~")
Ignored = tuple[Path, str]
"""A path in the inbox that was not landed, and why."""


class ChangingError(Exception):
    """A file is still being written, or cannot be opened; the message says which."""


@dataclass(frozen=True)
class Delivery:
    """A file and its companion; a companion that came alone has no `path`. `file_name` is below the stream's folder."""

    stream: Stream
    file_name: str
    path: Path | None
    companion: Path | None


@dataclass(frozen=True)
class Evidence:
    """What arrived, by its hash and where it lies; a lone companion has the content of an empty file."""

    content: Content
    sha256: str
    companion: bytes | None
    arrival: Arrival


def walk(inbox: Path, only: str | None = None) -> tuple[list[Delivery], list[Ignored]]:
    """List what can be landed (of `only` one source), in order of names, what is left alone and why. Opens nothing."""
    deliveries: list[Delivery] = []
    ignored: list[Ignored] = []
    for source in _entries(inbox):
        if only is not None and source.name != only:
            continue
        if not source.is_dir():
            ignored.append((source, "lies outside a stream's folder: put it into <source>/<stream>/"))
        elif source.name not in {known for known, _ in STREAMS}:
            ignored.append(
                (source, f"unknown source '{source.name}'; known: {_listing(known for known, _ in STREAMS)}")
            )
        else:
            for folder in _entries(source):
                if not folder.is_dir():
                    ignored.append((folder, "lies outside a stream's folder: put it into <source>/<stream>/"))
                elif stream := STREAMS.get((source.name, folder.name)):
                    _pair(stream, folder, deliveries, ignored)
                else:
                    known = _listing(name for owner, name in STREAMS if owner == source.name)
                    ignored.append((folder, f"unknown stream '{folder.name}' of {source.name}; known: {known}"))
    return deliveries, ignored


def to_size(delivery: Delivery) -> int:
    """Give the bytes of its content; none where it cannot be looked at, of which `collect` says more."""
    try:
        return delivery.path.stat().st_size if delivery.path else 0
    except OSError:
        return 0


def collect(delivery: Delivery) -> Evidence:
    """Look at what has arrived; its content is hashed. Raises ChangingError."""
    paths = _paths(delivery)
    try:
        before = _states(paths)
        content = Content.at(delivery.path) if delivery.path else Content.of(b"")
        with content.open() as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        companion = delivery.companion.read_bytes() if delivery.companion else None
        after = _states(paths)
    except OSError as error:
        raise ChangingError(f"cannot be opened ({error.strerror}): mend that and land again") from error
    if before != after:
        raise ChangingError("is still being written: it is taken by the next landing")
    modified_at = to_modified_at(max(nanoseconds for _, nanoseconds in before))
    return Evidence(content, sha256, companion, Arrival(delivery.file_name, modified_at))


def _paths(delivery: Delivery) -> list[Path]:
    return [path for path in (delivery.path, delivery.companion) if path]


def _states(paths: list[Path]) -> list[tuple[int, int]]:
    return [(state.st_size, state.st_mtime_ns) for state in (path.stat() for path in paths)]


def _pair(stream: Stream, folder: Path, deliveries: list[Delivery], ignored: list[Ignored]) -> None:
    files: dict[str, Path] = {}
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if path.is_dir():
            continue
        if any(part.startswith(".") for part in inside.parts):
            ignored.append((path, "is hidden"))
        elif path.name.endswith(PARTIAL):
            ignored.append((path, "is a partial or temporary file: it is taken when it has its own name"))
        elif not path.is_file():
            ignored.append((path, "is not a file (a broken link?)"))
        else:
            # A name that is not UTF-8 is kept readable; it identifies nothing.
            files[os.fsencode(inside.as_posix()).decode("utf-8", "replace")] = path
    described: set[str] = set()
    used: set[str] = set()
    for name, path in files.items():
        if name.endswith(companions.SUFFIX):
            continue
        possible = [meta for meta in companions.names_for(name) if meta in files]
        described.update(possible)
        used.update(possible[:1])
        deliveries.append(Delivery(stream, name, path, files[possible[0]] if possible else None))
    for name, path in files.items():
        if name.endswith(companions.SUFFIX) and name not in described:
            deliveries.append(Delivery(stream, name, None, path))
    ignored.extend((files[name], "a more specific .meta.json of the same file is used") for name in described - used)


def _entries(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.iterdir()) if not path.name.startswith("."))


def _listing(names: Iterator[str]) -> str:
    return ", ".join(sorted(set(names)))

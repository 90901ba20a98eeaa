"""The archive: one tar file, its manifest last, so that an archive with a manifest is a complete one.

home/<landing|quarantine|config|inbox>/…   files of the home folder
warehouse.dump                             what of the warehouse cannot be rebuilt from landing, as pg_dump writes it
manifest.json                              versions, and name, size, sha256, time and mode of every member above
manifest.json.sha256                       of the manifest
"""

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from tieout.core.errors import TieoutError

FORMAT_VERSION = 1
FOLDERS = ("landing", "quarantine", "config", "inbox")
DUMP = "warehouse.dump"
_MANIFEST, _CHECKSUM = "manifest.json", "manifest.json.sha256"
_BLOCK = 1 << 20


@dataclass(frozen=True)
class Member:
    """A file of the archive: its name there, size in bytes, time of modification in nanoseconds, mode bits."""

    name: str
    size: int
    sha256: str
    modified_ns: int
    mode: int


@dataclass(frozen=True)
class Manifest:
    """What an archive holds, and of when: `as_of` is the last published business date, None before the first one.

    `taken_at` is in UTC ISO by the warehouse's clock; `home` is the folder it was taken of.
    """

    format_version: int
    tieout_version: str
    migration_version: int
    taken_at: str
    as_of: str | None
    home: str
    members: tuple[Member, ...]


class Writer:
    """Writes an archive member by member; `close` adds the manifest and brings it down to the disk."""

    def __init__(self, path: Path) -> None:
        """Begin a new file that its owner alone may read."""
        self.file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
        self.tar = tarfile.TarFile(fileobj=self.file, mode="w", format=tarfile.PAX_FORMAT)
        self.members: list[Member] = []

    def add(self, name: str, path: Path) -> None:
        """Add a file. Raises FileNotFoundError if it is gone, TieoutError if it shrinks meanwhile."""
        with path.open("rb") as content:
            state = os.fstat(content.fileno())
            reading = _Hashing(content)
            try:
                self.tar.addfile(_to_header(name, state.st_size, int(state.st_mtime), state.st_mode), reading)  # type: ignore[arg-type]
            except OSError as error:
                if str(error) == "unexpected end of data":
                    raise TieoutError(f"{path} became shorter while it was read; take the backup again.") from error
                raise
        digest = reading.digest.hexdigest()
        self.members.append(Member(name, state.st_size, digest, state.st_mtime_ns, state.st_mode & 0o777))

    def close(self, describe: Callable[[tuple[Member, ...]], Manifest]) -> Manifest:
        """Write the manifest that `describe` makes of the members, and end the file."""
        manifest = describe(tuple(self.members))
        # ASCII, because a file's name need not be UTF-8.
        text = json.dumps(asdict(manifest), indent=1).encode()
        for name, content in ((_MANIFEST, text), (_CHECKSUM, hashlib.sha256(text).hexdigest().encode())):
            self.tar.addfile(_to_header(name, len(content), 0, 0o600), io.BytesIO(content))
        self.tar.close()
        self.file.flush()
        os.fsync(self.file.fileno())
        self.file.close()
        return manifest


def read_manifest(path: Path) -> Manifest:
    """Read what an archive says of itself; its members are not read. Raises TieoutError if it is no complete one."""
    with _opened(path) as tar:
        return _read_manifest(path, tar, tar.getmembers())


def verify(path: Path) -> Manifest:
    """Read the whole archive and compare every member with the manifest. Raises TieoutError at the first difference."""
    with _opened(path) as tar:
        manifest, entries = _check_members(path, tar)
        for member in manifest.members:
            _copy(path, tar, entries[member.name], member, None)
    return manifest


def extract(path: Path, target: Path) -> Manifest:
    """Write the members below `target`, an empty folder, each compared with the manifest.

    Raises TieoutError: damaged, cut off, not an archive of tieout, of a later format, or with members that do not
    belong into a home folder. What has been written by then is the caller's to remove.
    """
    with _opened(path) as tar:
        manifest, entries = _check_members(path, tar)
        for member in manifest.members:
            place = target / member.name
            place.parent.mkdir(parents=True, exist_ok=True)
            with place.open("xb") as file:
                _copy(path, tar, entries[member.name], member, file)
                file.flush()
                os.fsync(file.fileno())
            place.chmod(member.mode | 0o400)
            os.utime(place, ns=(member.modified_ns, member.modified_ns))
    return manifest


class _Hashing:
    """A file that hashes what is read of it."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.digest = hashlib.sha256()

    def read(self, size: int) -> bytes:
        block = self.file.read(size)
        self.digest.update(block)
        return block


def _to_header(name: str, size: int, modified: int, mode: int) -> tarfile.TarInfo:
    header = tarfile.TarInfo(name)
    header.size, header.mtime, header.mode = size, modified, mode & 0o777
    return header


@contextmanager
def _opened(path: Path) -> Iterator[tarfile.TarFile]:
    try:
        # No compression is looked for: what is worth compressing is compressed already.
        with tarfile.open(path, "r:") as tar:
            yield tar
    except FileNotFoundError as error:
        raise TieoutError(f"There is no backup {path}.") from error
    except (tarfile.TarError, EOFError, ValueError, OverflowError) as error:
        raise _damaged(path, str(error)) from error
    except OSError as error:
        if error.filename is None and error.errno is None:
            raise _damaged(path, str(error)) from error
        raise


def _check_members(path: Path, tar: tarfile.TarFile) -> tuple[Manifest, dict[str, tarfile.TarInfo]]:
    found = tar.getmembers()
    for entry in found:
        _check_name(path, entry)
    manifest = _read_manifest(path, tar, found)
    entries = {entry.name: entry for entry in found[:-2]}
    listed = [member.name for member in manifest.members]
    if sorted(listed) != sorted(entry.name for entry in found[:-2]) or len(entries) != len(listed):
        raise _damaged(path, "its members are not those that its manifest lists")
    if DUMP not in entries:
        raise _damaged(path, f"it holds no {DUMP}")
    return manifest, entries


def _check_name(path: Path, entry: tarfile.TarInfo) -> None:
    parts = PurePosixPath(entry.name).parts
    is_plain = entry.type == tarfile.REGTYPE and "\0" not in entry.name and "\\" not in entry.name
    is_inside = entry.name == "/".join(parts) and ".." not in parts and not entry.name.startswith("/")
    belongs = entry.name in (DUMP, _MANIFEST, _CHECKSUM) or (
        len(parts) > 2 and parts[0] == "home" and parts[1] in FOLDERS
    )
    if not (is_plain and is_inside and belongs):
        raise TieoutError(
            f"{path} is refused: its member {entry.name!r} is not a plain file of a home folder, so no backup of "
            "tieout wrote it. Nothing was restored."
        )


def _read_manifest(path: Path, tar: tarfile.TarFile, found: list[tarfile.TarInfo]) -> Manifest:
    if [entry.name for entry in found[-2:]] != [_MANIFEST, _CHECKSUM]:
        raise _damaged(path, "it has no manifest at its end")
    text, checksum = (_read_whole(tar, entry) for entry in found[-2:])
    if hashlib.sha256(text).hexdigest().encode() != checksum:
        raise _damaged(path, f"{_MANIFEST} does not have the hash that it had")
    try:
        stated: dict[str, Any] = json.loads(text)
        version = int(stated["format_version"])
    except (ValueError, KeyError, TypeError) as error:
        raise _damaged(path, f"{_MANIFEST} cannot be read") from error
    if version > FORMAT_VERSION:
        raise TieoutError(
            f"{path} was written by tieout {stated.get('tieout_version')} in format {version}, this version reads up "
            f"to {FORMAT_VERSION}. Update tieout and restore with that."
        )
    try:
        return Manifest(**stated | {"members": tuple(Member(**member) for member in stated["members"])})
    except (KeyError, TypeError) as error:
        raise _damaged(path, f"{_MANIFEST} cannot be read") from error


def _read_whole(tar: tarfile.TarFile, entry: tarfile.TarInfo) -> bytes:
    content = tar.extractfile(entry)
    return content.read() if content else b""


def _copy(path: Path, tar: tarfile.TarFile, entry: tarfile.TarInfo, member: Member, target: BinaryIO | None) -> None:
    content = tar.extractfile(entry)
    digest, size = hashlib.sha256(), 0
    while content and (block := content.read(_BLOCK)):
        digest.update(block)
        size += len(block)
        if target is not None:
            target.write(block)
    if (size, digest.hexdigest()) != (member.size, member.sha256):
        raise _damaged(path, f"{member.name} does not have the hash that it had")


def _damaged(path: Path, how: str) -> TieoutError:
    return TieoutError(f"{path} is damaged or no backup of tieout: {how}. Nothing was restored; use another backup.")

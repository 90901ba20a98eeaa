"""What a home and its warehouse hold, so that two of them can be compared byte by byte."""

import hashlib
import io
import json
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

from tieout import warehouse
from tieout.core.settings import Settings
from tieout.landing.folders import LOCKS

Content = tuple[tarfile.TarInfo, bytes]


def tables(settings: Settings, *schemas: str) -> dict[str, list[str]]:
    """Every row of every table of these schemas as text, by table; the tables' and columns' comments beside them."""
    with warehouse.connect(settings) as connection:
        names = connection.execute(
            "select format('%%I.%%I', table_schema, table_name) from information_schema.tables"
            " where table_schema = any(%s) order by 1",
            (list(schemas),),
        ).fetchall()
        held = {
            name: [row for (row,) in connection.execute(f"select t::text from {name} as t order by 1")]  # type: ignore[arg-type]
            for (name,) in names
        }
        comments = connection.execute(
            "select objoid::regclass || '.' || objsubid || ': ' || description from pg_description"
            " where classoid = 'pg_class'::regclass and objoid in"
            " (select oid from pg_class where relnamespace::regnamespace::text = any(%s)) order by 1",
            (list(schemas),),
        ).fetchall()
    return held | {"comments": [text for (text,) in comments]}


def tree(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Every file below a folder with its bytes and its time of modification; locks hold nothing."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name not in LOCKS)
    return {path.relative_to(folder).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns) for path in files}


def members(archive: Path) -> list[Content]:
    """The members of an archive with their bytes."""
    with tarfile.open(archive) as tar:
        return [(entry, tar.extractfile(entry).read()) for entry in tar.getmembers()]  # type: ignore[union-attr]


def forge(archive: Path, target: Path, change: Callable[[dict[str, object]], None], *extra: Content) -> Path:
    """Write an archive again, with another manifest and more members, so that all its hashes are right."""
    *files, (_, manifest), _ = members(archive)
    stated = json.loads(manifest)
    files += extra
    stated["members"] = [_describe(entry, content) for entry, content in files]
    change(stated)
    text = json.dumps(stated).encode()
    checksum = hashlib.sha256(text).hexdigest().encode()
    files += [(tarfile.TarInfo("manifest.json"), text), (tarfile.TarInfo("manifest.json.sha256"), checksum)]
    with tarfile.open(target, "w") as tar:
        for entry, content in files:
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return target


def replace(archive: Path, target: Path, name: str, content: bytes) -> Path:
    """Write an archive again with other bytes in one member, and with the hashes of them."""
    *files, (_, manifest), _ = members(archive)
    stated = json.loads(manifest)
    with tarfile.open(target, "w") as tar:
        for entry, old in files:
            kept = content if entry.name == name else old
            entry.size = len(kept)
            tar.addfile(entry, io.BytesIO(kept))
            if entry.name == name:
                [member] = [member for member in stated["members"] if member["name"] == name]
                member |= _describe(entry, kept)
        text = json.dumps(stated).encode()
        for last, kept in (
            ("manifest.json", text),
            ("manifest.json.sha256", hashlib.sha256(text).hexdigest().encode()),
        ):
            entry = tarfile.TarInfo(last)
            entry.size = len(kept)
            tar.addfile(entry, io.BytesIO(kept))
    return target


def places(archive: Path) -> Iterator[tuple[str, int]]:
    """The position of a byte in the middle of each member's content, by the member's name."""
    with tarfile.open(archive) as tar:
        for entry in tar.getmembers():
            if entry.size:
                yield entry.name, entry.offset_data + entry.size // 2


def _describe(entry: tarfile.TarInfo, content: bytes) -> dict[str, object]:
    digest = hashlib.sha256(content).hexdigest()
    return {"name": entry.name, "size": len(content), "sha256": digest, "modified_ns": 0, "mode": 0o600}

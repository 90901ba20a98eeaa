"""Unpacking zip files without trusting them."""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from io import BufferedIOBase

from tieout.core import content
from tieout.core.content import Content
from tieout.core.reading import UnreadableError

MAX_MEMBERS = 64
MAX_RATIO = 200
_FREE_BYTES = 10 << 20


def is_zip(content: Content) -> bool:
    """Whether the bytes begin like a zip archive (a workbook is one, too)."""
    return content.head(4) == b"PK\x03\x04"


def check_archive(
    archive: zipfile.ZipFile, packed: int, max_members: int = MAX_MEMBERS, max_bytes: int | None = None
) -> None:
    """Refuse an archive that would unpack to too many or too large members, by what it says of itself."""
    members = archive.infolist()
    unpacked = sum(member.file_size for member in members)
    most = min(content.MAX_BYTES, max_bytes or content.MAX_BYTES)
    if len(members) > max_members:
        raise UnreadableError(
            "oversized", f"the archive has {len(members)} members; at most {max_members} are read: fetch it again"
        )
    if unpacked > most or unpacked > max(_FREE_BYTES, packed * MAX_RATIO):
        raise UnreadableError(
            "oversized",
            f"the archive of {packed} bytes unpacks to {unpacked}; "
            f"at most {most} bytes and {MAX_RATIO} times its size are read: fetch it again, or in parts",
        )


@contextmanager
def open_members(packed: Content) -> Iterator[list[Content]]:
    """Give the files of a zip whose member names are GBK, as Alipay writes them; bounded in count, size and ratio.

    What is found while one of them is read to be damaged or larger than stated refuses the whole.
    """
    try:
        with packed.open() as file, zipfile.ZipFile(file, metadata_encoding="gbk") as archive:
            check_archive(archive, packed.size)
            yield [
                Content(member.file_size, partial(_open, archive, member))
                for member in archive.infolist()
                if not member.is_dir()
            ]
    except (zipfile.BadZipFile, zlib.error, EOFError, UnicodeDecodeError, NotImplementedError, RuntimeError) as error:
        raise UnreadableError(
            "unreadable", f"the zip cannot be unpacked ({error}); it is cut off, damaged or locked: fetch it again"
        ) from error


def _open(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> BufferedIOBase:
    # It gives at most as many bytes as the archive states, and fails at the end if their checksum is another one.
    opened: BufferedIOBase = archive.open(member)  # type: ignore[assignment]
    return opened

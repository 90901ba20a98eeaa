"""Unpacking zip files without trusting them."""

import io
import zipfile

from tieout.core import text
from tieout.core.reading import UnreadableError

MAX_MEMBERS = 64
MAX_RATIO = 200
_FREE_BYTES = 10 << 20


def is_zip(content: bytes) -> bool:
    """Whether the bytes begin like a zip archive (a workbook is one, too)."""
    return content.startswith(b"PK\x03\x04")


def check_archive(archive: zipfile.ZipFile, packed: int, max_members: int = MAX_MEMBERS) -> None:
    """Refuse an archive that would unpack to too many or too large members, by what it says of itself."""
    members = archive.infolist()
    unpacked = sum(member.file_size for member in members)
    if len(members) > max_members:
        raise UnreadableError(
            "oversized", f"the archive has {len(members)} members; at most {max_members} are read: fetch it again"
        )
    if unpacked > text.MAX_BYTES or unpacked > max(_FREE_BYTES, packed * MAX_RATIO):
        raise UnreadableError(
            "oversized",
            f"the archive of {packed} bytes unpacks to {unpacked}; "
            f"at most {text.MAX_BYTES} bytes and {MAX_RATIO} times its size are read: fetch it again, or in parts",
        )


def read_members(content: bytes) -> list[tuple[str, bytes]]:
    """Unpack all files of a zip whose member names are GBK, as Alipay writes them; bounded in count, size and ratio."""
    try:
        with zipfile.ZipFile(io.BytesIO(content), metadata_encoding="gbk") as archive:
            check_archive(archive, len(content))
            return [(m.filename, _read_member(archive, m)) for m in archive.infolist() if not m.is_dir()]
    except (zipfile.BadZipFile, EOFError, UnicodeDecodeError, NotImplementedError, RuntimeError) as error:
        raise UnreadableError(
            "unreadable", f"the zip cannot be unpacked ({error}); it is cut off, damaged or locked: fetch it again"
        ) from error


def _read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """Read in chunks and stop as soon as a member is larger than it said."""
    chunks = bytearray()
    with archive.open(member) as stream:
        while chunk := stream.read(1 << 20):
            chunks += chunk
            if len(chunks) > member.file_size:
                raise UnreadableError("oversized", f"{member.filename} is larger than its archive says")
    return bytes(chunks)

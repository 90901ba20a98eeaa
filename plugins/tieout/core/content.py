"""A delivery's bytes, however many: opened as often as a reader needs them, never held as a whole unless it asks."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from io import BufferedIOBase
from pathlib import Path

from tieout.core.reading import UnreadableError

MAX_BYTES = 16 << 30
"""A delivery larger than this (16 GiB, unpacked) is refused: nothing that a merchant gets for a day comes near it."""

MAX_WHOLE = 256 << 20
"""So large (256 MiB) may a file be whose format is read in one piece: bank statements and workbooks."""

_SMALL = 1 << 20


@dataclass(frozen=True)
class Content:
    """Where the bytes are and how many they are."""

    size: int
    open: Callable[[], BufferedIOBase]

    @classmethod
    def of(cls, content: bytes) -> "Content":
        """Take bytes that are there already."""
        return cls(len(content), lambda: io.BytesIO(content))

    @classmethod
    def at(cls, path: Path) -> "Content":
        """Take a file, as large as it is now; a small one, which is opened several times, is read at once."""
        size = path.stat().st_size
        return cls.of(path.read_bytes()) if size <= _SMALL else cls(size, lambda: path.open("rb"))

    def head(self, size: int = 4096) -> bytes:
        """Give the first bytes."""
        with self.open() as file:
            return file.read(size)

    def whole(self) -> bytes:
        """Give all of it, for a format that cannot be read in parts. Refuses more than MAX_WHOLE bytes."""
        limit = min(MAX_BYTES, MAX_WHOLE)
        if self.size > limit:
            raise UnreadableError(
                "oversized",
                f"the file has {self.size} bytes; of this format at most {limit} are read: deliver it in parts, by day "
                "for instance",
            )
        with self.open() as file:
            return file.read()

    def check_size(self) -> None:
        """Refuse what is larger than MAX_BYTES."""
        if self.size > MAX_BYTES:
            raise UnreadableError(
                "oversized", f"the file has {self.size} bytes; at most {MAX_BYTES} are read: deliver it in parts"
            )

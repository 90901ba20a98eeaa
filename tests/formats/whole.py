"""Reads a file at once, as the tests' answers have it."""

from dataclasses import dataclass

from tieout.core.content import Content
from tieout.core.reading import Chunk, Reading, Row
from tieout.sources import STREAMS


@dataclass(frozen=True)
class Whole:
    """A reading with all of its rows."""

    reading: Reading
    rows: list[Row]


def read(stream: tuple[str, str], content: bytes) -> Whole:
    """Read a file with its stream's reader."""
    chunks: list[Chunk] = []
    reading = STREAMS[stream].read(Content.of(content), chunks.append)
    assert {chunk.columns for chunk in chunks} <= {reading.columns}
    return Whole(reading, [row for chunk in chunks for row in to_rows(chunk)])


def to_rows(chunk: Chunk) -> list[Row]:
    """Give a chunk's rows one by one."""
    cells = (column.to_pylist() for column in chunk.cells)
    return list(zip(chunk.lines.tolist(), zip(*cells, strict=True), strict=True))

"""Quoted csv of any size: chunk by chunk through Arrow's parser, row by row where only the csv module reads it."""

import csv
from collections.abc import Iterator
from typing import TYPE_CHECKING

from tieout.core.reading import UnreadableError
from tieout.core.splitting import Cells, split_quoted

if TYPE_CHECKING:
    import numpy as np

NumberedRow = tuple[int, list[str]]
"""The line at which a row starts, and its cells as they are written."""


class QuotedRows:
    """The rows of a text in blocks of whole lines: first some of them one by one, then the rest in columns."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        """Begin at line 1."""
        self._blocks, self._rest, self._line = blocks, b"", 1

    def read(self, most: int | None = None) -> list[NumberedRow]:
        """Read rows one by one with the csv module, at most `most`, else to the first row's end that ends a block.

        Blank lines are rows without cells. Raises UnreadableError where a quote is not closed or not escaped.
        """
        lines: list[bytes] = []
        done = 0

        def feed() -> Iterator[str]:
            nonlocal done
            while True:
                if done == len(lines):
                    lines.extend(self._fetch().splitlines(keepends=True))
                if done == len(lines):
                    return
                done += 1
                yield lines[done - 1].decode()

        reader, rows, start = csv.reader(feed(), strict=True), list[NumberedRow](), self._line
        try:
            for cells in reader:
                rows.append((start, cells))
                start = self._line + reader.line_num
                if len(rows) == most or (most is None and done == len(lines)):
                    break
        except csv.Error as error:
            raise UnreadableError(
                "unreadable",
                f"line {start}: not readable as csv ({error}); the file is cut off, or a quote is not escaped: write "
                "or export it again",
                line=start,
            ) from error
        self._line = start
        self._rest = b"".join(lines[done:])
        return rows

    def chunks(self, width: int) -> Iterator[tuple["np.ndarray", Cells] | list[NumberedRow]]:
        """Give what follows: the lines and cells of rows of `width` cells, or rows of any width one by one."""
        while block := self._fetch():
            split = split_quoted(block, width)
            if split is None:
                self._rest = block
                if rows := self.read():
                    yield rows
                continue
            cells, places, end = split
            yield self._line + places, cells
            self._line += block.count(b"\n", 0, end)
            self._rest = block[end:]

    def _fetch(self) -> bytes:
        """Give what was left of the last block, with the next one; nothing at the end of the text."""
        block, self._rest = self._rest + next(self._blocks, b""), b""
        return block

"""What a person sees: progress of long work, tables that fit the terminal."""

import shutil
import sys
import time
from collections.abc import Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Literal

import click

from tieout.reports.table import Table

if TYPE_CHECKING:
    from rich.console import Console


class Progress:
    """Shows the steps of a run as they go: a line for each finished one, the one at work in place on a terminal."""

    def __init__(self, *, enabled: bool = True) -> None:
        """Stay silent unless `enabled`."""
        self.enabled = enabled
        self.in_place = enabled and sys.stderr.isatty()
        self.begun: dict[str, float] = {}

    def __enter__(self) -> "Progress":
        """Begin."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave the line clean."""
        self._clear()

    def __call__(self, step: str, doing: str) -> None:
        """Hear of a step: it begins, is busy with something, or has ended with what it says."""
        if not self.enabled:
            return
        if step not in self.begun:
            self.begun[step] = time.monotonic()
            self._show(step, "…")
        else:
            self._show(step, doing)

    def done(self, step: str, detail: str) -> None:
        """Write a finished step's line."""
        seconds = time.monotonic() - self.begun.pop(step, time.monotonic())
        self._clear()
        if self.enabled:
            click.echo(f"  {step:<16} {seconds:7.1f} s  {detail}", err=True)

    def _show(self, step: str, doing: str) -> None:
        if self.in_place:
            width = shutil.get_terminal_size().columns - 1
            click.echo("\r\033[K" + f"  {step:<16} {doing}"[:width], nl=False, err=True)

    def _clear(self) -> None:
        if self.in_place:
            click.echo("\r\033[K", nl=False, err=True)


def show(table: Table, title: str = "") -> None:
    """Print a table; one that is wider than the terminal is printed a record at a time."""
    from rich.cells import cell_len
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table as Grid

    console = Console(width=None if sys.stdout.isatty() else max(shutil.get_terminal_size().columns, 160))
    texts = [["" if cell is None else str(cell) for cell in row] for row in table.rows]
    widths = [
        max([cell_len(name), *(cell_len(row[place]) for row in texts)]) for place, name in enumerate(table.columns)
    ]
    if title:
        console.print(f"\n[bold]{escape(title)}[/bold]", highlight=False)
    if sum(widths) + 3 * len(widths) > console.width and len(texts) <= _MOST_RECORDS:
        _show_records(table.columns, texts)
        return
    grid = Grid(show_edge=False, pad_edge=False, header_style="bold")
    for name, row in zip(table.columns, zip(*table.rows, strict=True) if table.rows else table.columns, strict=True):
        numeric = bool(table.rows) and all(cell is None or _is_number(cell) for cell in row)
        grid.add_column(escape(name), justify="right" if numeric else "left", overflow="fold")
    for row in texts:
        grid.add_row(*map(escape, row))
    console.print(grid, highlight=False)


_MOST_RECORDS = 200


def _is_number(cell: object) -> bool:
    from decimal import Decimal

    return isinstance(cell, int | Decimal) and not isinstance(cell, bool)


def _show_records(columns: tuple[str, ...], texts: list[list[str]]) -> None:
    width = max(len(name) for name in columns)
    for number, row in enumerate(texts):
        if number:
            click.echo("")
        for name, cell in zip(columns, row, strict=True):
            if cell:
                click.echo(f"  {name:<{width}}  {cell}")


def show_columns(console: "Console", rows: Sequence[tuple[str, ...]], right: set[int], cut: int) -> None:
    """Print rows of rich markup as columns, set in; where the screen is too narrow the column `cut` gives way."""
    from rich.padding import Padding
    from rich.table import Table as Grid
    from rich.text import Text

    if not rows:
        return
    grid = Grid.grid(padding=(0, 2, 0, 0))
    for place, cells in enumerate(zip(*rows, strict=True)):
        width = 0 if place == cut else max(Text.from_markup(cell).cell_len for cell in cells)
        justify: Literal["left", "right"] = "right" if place in right else "left"
        grid.add_column(justify=justify, min_width=width, no_wrap=True, overflow="ellipsis")
    for row in rows:
        grid.add_row(*row)
    console.print(Padding(grid, (0, 0, 0, 2), expand=False))

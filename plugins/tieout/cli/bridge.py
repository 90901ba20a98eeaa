"""`tieout bridge`: the money bridge as a waterfall in the terminal or as an image, and where a residual comes from."""

import shutil
import sys
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tieout.cli import options
from tieout.cli.screen import show
from tieout.core.settings import Settings
from tieout.reports.bridge import Bridge, BridgeReport
from tieout.reports.bridge import bridge as read_bridge
from tieout.reports.waterfall import Bar, Language, bars, draw

if TYPE_CHECKING:
    from rich.console import Console

_WIDTH, _LEAST_BAR = 120, 12
_STYLES = {"stage": "bold", "difference": "", "residual": "bold red"}


@click.command("bridge")
@options.home
@click.option("--shop", help="One shop, or one account in which several shops' money lies (default: all together).")
@click.option("--month", metavar="YYYY-MM", help="One month (default: all together).")
@click.option("--lang", "language", type=click.Choice(["zh", "en"]), help="Wording in one language (default: both).")
@click.option("--image", type=click.Path(path_type=Path, dir_okay=False), help="Draw it into this .svg or .png.")
@click.option("--residuals", is_flag=True, help="List what a residual comes from: step, month, whose, which item.")
def bridge_command(
    *,
    settings: Settings,
    shop: str | None,
    month: str | None,
    language: Language | None,
    image: Path | None,
    residuals: bool,
) -> None:
    """Show how list value becomes money in the bank: each stage, and all that leads from one to the next 资金桥."""
    report = read_bridge(settings, shop, month)
    title = " ".join(part for part in ("资金桥 Money bridge", shop, month) if part)
    if residuals:
        _show_residuals(report)
    elif image:
        draw(report.bridges, title, language or "zh", image)
        click.echo(image)
    else:
        _show(report, title, language)


def _show(report: BridgeReport, title: str, language: Language | None) -> None:
    from rich.console import Console

    width = shutil.get_terminal_size((_WIDTH, 40)).columns if sys.stdout.isatty() else _WIDTH
    console = Console(width=width, highlight=False, emoji=False)
    state = "published 已发布" if report.schema == "published" else "NOT PUBLISHED 未发布: the last build's candidate"
    console.print(f"[bold]{title}[/bold]  as of {report.as_of}, {state}", soft_wrap=True)
    for one in report.bridges:
        console.print(f"\n[bold]{one.currency}[/bold]")
        _show_bars(console, bars(one, language))
        _show_verdict(console, one)


def _show_bars(console: "Console", drawn: Sequence[Bar]) -> None:
    from rich.cells import cell_len
    from rich.text import Text

    names = max(cell_len(bar.label) + (0 if bar.kind == "stage" else 2) for bar in drawn)
    names = min(names, console.width - 18 - _LEAST_BAR)
    room = max(_LEAST_BAR, console.width - names - 18)
    low = min(Decimal(0), *(min(bar.begin, bar.end) for bar in drawn))
    high = max(Decimal(0), *(max(bar.begin, bar.end) for bar in drawn))
    for bar in drawn:
        name = Text(bar.label if bar.kind == "stage" else f"  {bar.label}", style=_STYLES[bar.kind])
        name.truncate(names, overflow="ellipsis", pad=True)
        name.append(f" {bar.amount:>15,.2f} ", style=_STYLES[bar.kind])
        name.append(_bar(bar, low, high, room), style=_colour(bar))
        console.print(name, no_wrap=True, overflow="crop")


def _bar(bar: Bar, low: Decimal, high: Decimal, room: int) -> str:
    """Give a bar's place between the lowest and the highest running total; the smallest amount is still a mark."""
    span = high - low or Decimal(1)
    first, last = sorted((bar.begin, bar.end))
    begin = min(room - 1, int((first - low) / span * room))
    size = max(1, min(room - begin, round((last - first) / span * room)))
    return " " * begin + ("▏" if first == last else "█" * size)


def _colour(bar: Bar) -> str:
    if bar.kind == "difference":
        return "green" if bar.amount >= 0 else "yellow"
    return "red" if bar.kind == "residual" else "blue"


def _show_verdict(console: "Console", one: Bridge) -> None:
    if one.residual:
        console.print(
            f"[bold red]{one.residual:,.2f} {one.currency} unexplained 未解释[/bold red]; "
            "tieout bridge --residuals names the items",
            soft_wrap=True,
        )
    else:
        console.print("[green]residual 未解释 0.00[/green]: every yuan is accounted for 每一元均有着落")


def _show_residuals(report: BridgeReport) -> None:
    if report.schema == "candidate":
        click.echo(f"The candidate as of {report.as_of} is not published. 以下为未发布的候选结果。")
    if report.residuals.rows:
        show(report.residuals, "Residuals 未解释差额")
    else:
        click.echo("No residual: every yuan is accounted for. 无未解释差额。")


COMMANDS = (bridge_command,)

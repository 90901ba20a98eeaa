"""The page of results: each command writes its part of `docs/performance.md`, its figures and picture beside."""

import json
import os
import platform
from collections.abc import Sequence
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parents[1] / "docs"
_PAGE = DOCS / "performance.md"
_FOLDER = DOCS / "performance"
_COLOURS = ("#1f6f8b", "#99a8b2", "#e07a5f", "#3d405b", "#81b29a", "#c9c9c9")


def table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A Markdown table; all columns but the first to the right."""
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def judge(is_met: bool) -> str:
    """Say of a goal whether it is met."""
    return "met" if is_met else "**missed**"


def machine() -> str:
    """What the command ran on."""
    cores = len(os.sched_getaffinity(0))
    return f"Python {platform.python_version()} on {cores} cores ({platform.machine()})"


def publish(name: str, command: str, body: str, figures: dict[str, Any]) -> None:
    """Put a command's tables between its marks, and its figures into `performance/<name>.json`."""
    begin, end = f"<!-- {name}: written by `{command.split(' ')[2]}`, not by hand -->", f"<!-- end of {name} -->"
    text = _PAGE.read_text(encoding="utf-8")
    marks = [line for line in text.splitlines() if line.startswith(f"<!-- {name}:")]
    before, _, rest = text.partition(marks[0])
    _, _, after = rest.partition(end)
    part = f"`{command}`, {machine()}:\n\n{body}\n\n![{name}](performance/{name}.svg)"
    _PAGE.write_text(f"{before}{begin}\n{part}\n{end}{after}", encoding="utf-8")
    _FOLDER.mkdir(exist_ok=True)
    said = json.dumps({"command": command, "machine": machine(), **figures}, indent=1, ensure_ascii=False)
    (_FOLDER / f"{name}.json").write_text(said + "\n", encoding="utf-8")


def draw_bars(name: str, title: str, bars: dict[str, dict[str, float]]) -> None:
    """A bar each, its parts one after another, in seconds."""
    import matplotlib as mpl

    mpl.use("svg")
    import matplotlib.pyplot as plt

    parts = list(dict.fromkeys(part for bar in bars.values() for part in bar))
    figure, axes = plt.subplots(figsize=(8, 0.5 * len(bars) + 1.4))
    left = [0.0] * len(bars)
    for place, part in enumerate(parts):
        widths = [bar.get(part, 0.0) for bar in bars.values()]
        axes.barh(list(bars), widths, left=left, label=part, color=_COLOURS[place % len(_COLOURS)])
        left = [a + b for a, b in zip(left, widths, strict=True)]
    axes.invert_yaxis()
    axes.set_xlabel("seconds")
    axes.set_title(title, loc="left")
    axes.legend(fontsize=8, frameon=False)
    _save(name, figure)


def draw_lines(name: str, title: str, lines: dict[str, dict[int, float]], across: str) -> None:
    """A line each on logarithmic axes; dotted is what ten times the work in ten times the time would be."""
    import matplotlib as mpl

    mpl.use("svg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(8, 4))
    for place, (label, line) in enumerate(lines.items()):
        colour = _COLOURS[place % len(_COLOURS)]
        axes.plot(list(line), list(line.values()), marker="o", label=label, color=colour)
        first, start = next(iter(line.items()))
        axes.plot(list(line), [start * one / first for one in line], linestyle=":", color=colour)
    axes.set(xscale="log", yscale="log", xlabel=across, ylabel="seconds")
    axes.set_title(title, loc="left")
    axes.legend(fontsize=8, frameon=False)
    _save(name, figure)


def _save(name: str, figure: Any) -> None:
    import matplotlib as mpl

    _FOLDER.mkdir(exist_ok=True)
    for side in ("top", "right"):
        figure.axes[0].spines[side].set_visible(False)
    figure.tight_layout()
    # The same figures give the same bytes.
    with mpl.rc_context({"svg.hashsalt": "tieout"}):
        figure.savefig(_FOLDER / f"{name}.svg", metadata={"Date": None})

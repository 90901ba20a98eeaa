"""The money bridge as a picture: a waterfall of stages and differences, as SVG or PNG."""

import logging
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from tieout.core.errors import TieoutError
from tieout.reports.bridge import Bridge, Line

Language = Literal["zh", "en"]

# The first of these that the reader's machine has draws the text of an SVG.
_FONTS = (
    "Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei", "WenQuanYi Zen Hei", "SimHei",
    "Noto Serif CJK SC", "Noto Sans CJK JP", "Noto Serif CJK JP", "DejaVu Sans",
)  # fmt: skip
_STAGE, _UP, _DOWN, _RESIDUAL = "#34495e", "#2e8b57", "#c0603a", "#c0143c"
_BAR_HEIGHT, _WIDTH = 0.27, 11


@dataclass(frozen=True)
class Bar:
    """A bar of the waterfall, from one running total to another, in major units."""

    label: str
    begin: Decimal
    end: Decimal
    kind: Literal["stage", "difference", "residual"]

    @property
    def amount(self) -> Decimal:
        """What the bar stands for."""
        return self.end - self.begin


def bars(bridge: Bridge, language: Language | None = None) -> list[Bar]:
    """Give a bridge's bars in order: each difference goes on where the one before ended."""
    drawn: list[Bar] = []
    running = Decimal(0)
    for step in bridge.steps:
        if drawn:
            for line in step.differences:
                drawn.append(Bar(label(line, language), running, running + line.amount, "difference"))
                running += line.amount
            if step.residual:
                drawn.append(Bar("未解释 residual", running, running + step.residual, "residual"))
        running = step.stage.amount
        drawn.append(Bar(label(step.stage, language), Decimal(0), running, "stage"))
    return drawn


def label(line: Line, language: Language | None) -> str:
    """Give a line's wording in a language, or in both."""
    if language:
        return line.label_zh if language == "zh" else line.label_en
    return line.label_en if line.label_en == line.label_zh else f"{line.label_en} {line.label_zh}"


def draw(bridges: Sequence[Bridge], title: str, language: Language, path: Path) -> None:
    """Draw bridges one below the other into an .svg or .png file.

    An SVG keeps its text as text, so that it needs no font here. Raises TieoutError for another kind of file, and for
    a PNG where no font has Chinese characters.
    """
    kind = path.suffix.lower().lstrip(".")
    if kind not in ("svg", "png"):
        raise TieoutError(f"{path.name}: a bridge is drawn as .svg or .png")
    import matplotlib as mpl

    # A font that is not here is a matter of the reader's machine.
    logging.getLogger("matplotlib.font_manager").setLevel(logging.CRITICAL)
    mpl.use("agg")
    from matplotlib import pyplot

    fonts = _fonts(kind, language)
    drawn = [bars(bridge, language) for bridge in bridges]
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "tieout", "font.family": fonts}):
        height = _BAR_HEIGHT * sum(len(one) + 4 for one in drawn)
        figure, axes = pyplot.subplots(
            len(drawn), 1, figsize=(_WIDTH, height), squeeze=False, height_ratios=[len(one) + 1 for one in drawn]
        )
        for axis, bridge, one in zip(axes[:, 0], bridges, drawn, strict=True):
            _draw_one(axis, f"{title} {bridge.currency}", one)
        with warnings.catch_warnings():
            # Text that stays text is measured with whatever font is here; that shifts nothing that matters.
            warnings.filterwarnings("ignore", message="Glyph .* missing")
            figure.tight_layout()
            figure.savefig(path, format=kind, dpi=150, metadata={"Date": None} if kind == "svg" else None)
        pyplot.close(figure)


def _draw_one(axis: Any, title: str, drawn: Sequence[Bar]) -> None:
    colours = {"stage": _STAGE, "residual": _RESIDUAL}
    for place, bar in enumerate(drawn):
        colour = colours.get(bar.kind) or (_UP if bar.amount >= 0 else _DOWN)
        axis.barh(place, float(bar.amount), left=float(bar.begin), color=colour, height=0.7)
        # Within its bar where the bar is long, else beside it.
        axis.annotate(
            f"{bar.amount:,.2f}", (float(max(bar.begin, bar.end)), place), xytext=(4, 0), textcoords="offset points",
            va="center", fontsize=8, fontweight="bold" if bar.kind == "stage" else "normal",
        )  # fmt: skip
    axis.set_yticks(range(len(drawn)), [bar.label for bar in drawn], fontsize=8)
    axis.invert_yaxis()
    axis.margins(x=0.12, y=0.01)
    axis.axvline(0, color="#999999", linewidth=0.6)
    axis.xaxis.set_major_formatter(lambda value, _place: f"{value:,.0f}")
    axis.tick_params(axis="x", labelsize=8)
    for side in ("top", "right", "left"):
        axis.spines[side].set_visible(False)
    axis.set_title(title, fontsize=11, loc="left", fontweight="bold")


def _fonts(kind: str, language: Language) -> list[str]:
    if kind == "svg":
        return [*_FONTS, "sans-serif"]
    from matplotlib import font_manager

    known = {font.name for font in font_manager.fontManager.ttflist}
    found = [name for name in _FONTS if name in known]
    if language == "zh" and found in ([], ["DejaVu Sans"]):
        raise TieoutError(
            "no font with Chinese characters is installed, which a PNG needs: draw an .svg, use --lang en, or install"
            " one (Noto Sans CJK SC, for example)"
        )
    return found or ["sans-serif"]

"""What a day costs upon nothing and upon a history: `python -m bench.day [ORDERS] [HISTORY]`.

The same deliveries of one day are tied out in two homes: in an empty one, and in one in which the HISTORY orders before
them are tied out already. The history's own first run is the full rebuild that the day is held against.
"""

import argparse
import shutil
import tempfile
from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path

from bench import agreement, measuring, month, page
from bench.measuring import Run
from bench.purchases import Plan
from tieout.core.settings import Settings
from tieout.warehouse import embedded


def measure(orders: int, history: int, folder: Path) -> None:
    """Tie the day out both ways with each engine; publish seconds and ratios."""
    days = max(history // orders, 1) + 1
    last = date(2026, 5, 31)
    plan = Plan(orders * days, days=days, first=last - timedelta(days=days - 1), faults=month.default_faults(history))
    month.write(plan, folder / "month", folder / "day")
    before = folder / "month" / "inbox"
    for entity in ("products", "contracts"):
        shutil.copytree(before / "open" / entity, folder / "day" / "open" / entity, dirs_exist_ok=True)
    runs, checked = {}, {}
    for engine in measuring.engines():
        homes = folder / engine / "empty", folder / engine / "history"
        alone = measuring.measure(folder / "day", homes[0], last, engine)
        full = measuring.measure(before, homes[1], last - timedelta(days=2), engine)
        # The first update after a full build learns which orders will fall due; a usual day knows.
        measuring.measure(before, homes[1], last - timedelta(days=1), engine)
        upon = measuring.measure(folder / "day", homes[1], last, engine)
        whole = f"{orders * (days - 1):,} orders in one run"
        runs[engine] = {"day on nothing": alone, whole: full, "day on that": upon}
        found = agreement.published(Settings(homes[1]))
        checked[engine] = agreement.describe(found, agreement.planted(folder / "month"))
        for home in homes:
            embedded.remove(Settings(home))
    bars = {f"{engine}: {what}": run.stages for engine, by in runs.items() for what, run in by.items()}
    page.draw_bars("day", f"A day of {orders:,} orders", bars)
    figures = {"runs": {engine: {what: asdict(run) for what, run in by.items()} for engine, by in runs.items()}}
    body = _describe(runs, checked)
    page.publish("day", f"python -m bench.day {orders} {history}", body, {**figures, "checked": checked})


def _describe(runs: dict[str, dict[str, Run]], checked: dict[str, str]) -> str:
    rows, ratios = [], []
    for engine, by in runs.items():
        for what, run in by.items():
            stages = [f"{seconds:.1f}" for seconds in run.stages.values()]
            rows.append([f"{engine}: {what}", f"{run.rows:,}", *stages, f"{run.seconds:.1f}", f"{run.peak / 2**30:.2f}",
                         run.outcome])  # fmt: skip
        alone, full, upon = by.values()
        goal = 3 if engine == "duckdb" else 7
        growth, gain = upon.seconds / alone.seconds, full.stages["build"] / upon.stages["build"]
        ratios += [
            [f"{engine}: the day on its history / on nothing", f"{growth:.2f}", "≤ 2", page.judge(growth <= 2)],
            [f"{engine}: full build / the day's", f"{gain:.2f}", f"≥ {goal}", page.judge(gain >= goal)],
            [f"{engine}: against the planted faults", checked[engine], "", ""],
        ]
    header = ["seconds", "new rows", *measuring.STAGES, "all", "own memory, GiB", ""]
    return "\n\n".join((page.table(header, rows), page.table(["ratio", "measured", "goal", ""], ratios)))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("orders", type=int, nargs="?", default=100_000)
    parser.add_argument("history", type=int, nargs="?", default=10_000_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tieout-bench-") as made:
        measure(options.orders, options.history, Path(made))

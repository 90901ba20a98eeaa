"""How cost grows with the month: `python -m bench.growth [ORDERS …]`, else 10,000, 100,000, 1,000,000."""

import argparse
import tempfile
from dataclasses import asdict
from pathlib import Path

from bench import agreement, measuring, month, page
from bench.measuring import Run
from bench.purchases import Plan
from tieout.core.settings import Settings
from tieout.warehouse import embedded

_SIZES = (10_000, 100_000, 1_000_000)
_WORST = 10


def measure(sizes: list[int], folder: Path) -> None:
    """Tie out a month of each size with each engine; publish the times and what grows fastest."""
    runs: dict[str, dict[int, Run]] = {engine: {} for engine in measuring.engines()}
    checked = {}
    for orders in sizes:
        plan = Plan(orders, faults=month.default_faults(orders))
        month.write(plan, folder / str(orders))
        for engine, by_size in runs.items():
            home = folder / f"{engine}-{orders}"
            by_size[orders] = measuring.measure(folder / str(orders) / "inbox", home, plan.last, engine)
            found = agreement.describe(agreement.published(Settings(home)), agreement.planted(folder / str(orders)))
            checked[f"{engine}, {orders:,}"] = found
            embedded.remove(Settings(home))
    lines = {engine: {orders: run.seconds for orders, run in by_size.items()} for engine, by_size in runs.items()}
    page.draw_lines("growth", "A month tied out, by its orders; dotted: ten times the time for ten times the orders",
                    lines, "orders in the month")  # fmt: skip
    command = " ".join(["python -m bench.growth", *map(str, sizes)])
    figures = {"runs": {engine: {orders: asdict(run) for orders, run in one.items()} for engine, one in runs.items()}}
    page.publish("growth", command, _describe(runs, checked), {**figures, "checked": checked})


def _describe(runs: dict[str, dict[int, Run]], checked: dict[str, str]) -> str:
    parts = []
    for engine, by_size in runs.items():
        rows = []
        before = None
        for orders, run in by_size.items():
            times = f"{run.seconds / before.seconds:.1f}" if before else ""
            stages = [f"{seconds:.1f}" for seconds in run.stages.values()]
            known = checked[f"{engine}, {orders:,}"]
            sums = (f"{run.seconds:.1f}", times, f"{run.peak / 2**30:.2f}", known)
            rows.append([f"{orders:,}", f"{run.rows:,}", *stages, *sums])
            before = run
        header = [f"{engine}: orders", "rows", *measuring.STAGES, "all, seconds", "times the last", "own memory, GiB",
                  "against the planted faults"]  # fmt: skip
        parts += [page.table(header, rows), _costliest(engine, by_size)]
    return "\n\n".join(parts)


def _costliest(engine: str, by_size: dict[int, Run]) -> str:
    """The models that take longest at the largest size, with what they took at the others."""
    last = list(by_size.values())[-1]
    models = [(seconds, node) for node, seconds in last.models.items() if node.startswith("model.")]
    rows = []
    for _, node in sorted(models, reverse=True)[:_WORST]:
        seconds = [run.models.get(node, 0.0) for run in by_size.values()]
        rows.append([node.removeprefix("model.tieout."), *(f"{one:.2f}" for one in seconds)])
    return page.table([f"{engine}: costliest models, seconds", *(f"{orders:,}" for orders in by_size)], rows)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("orders", type=int, nargs="*", default=list(_SIZES))
    with tempfile.TemporaryDirectory(prefix="tieout-bench-") as made:
        measure(parser.parse_args().orders, Path(made))

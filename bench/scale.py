"""What a month costs, engine by engine, beside what others would take: `python -m bench.scale [ORDERS]`.

Writes the month, ties it out with each engine, and runs on the same landed rows an analyst's pandas, hand-written
DuckDB and datacompy. All must find what the month's key says. Ends with 1 if one does not.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from bench import agreement, measuring, month, page, side
from bench.measuring import Run
from bench.purchases import Plan
from tieout.core.settings import Settings
from tieout.warehouse import embedded

_DATACOMPY = ("datacompy==1.1.0", "pandas<3.1", "polars<1.45", "pyarrow")
_LEG = "exc_payments"
_PANDAS, _DUCKDB, _ON_PANDAS, _ON_POLARS = (
    "an analyst's pandas", "hand-written DuckDB", "datacompy on pandas", "datacompy on Polars"
)  # fmt: skip
Checked = dict[str, str]


def measure(orders: int, folder: Path) -> bool:
    """Write, run all, compare, publish the results; whether all agree."""
    plan = Plan(orders, faults=month.default_faults(orders))
    written = month.write(plan, folder / "month")
    key = agreement.planted(folder / "month")
    inbox = folder / "month" / "inbox"
    bare = _bare_read(inbox, folder / "bare")
    runs, checked, legs = [], Checked(), dict[str, float]()
    for engine in measuring.engines():
        home = folder / engine
        run = measuring.measure(inbox, home, plan.last, engine)
        runs.append(run)
        checked[f"tieout, {engine}"] = agreement.describe(agreement.published(Settings(home)), key)
        legs[engine] = measuring.seconds_of_leg(home, run, _LEG)
        embedded.remove(Settings(home))
    others = _run_others(folder, plan, key, checked)
    rows = sum(written.rows.values())
    figures = {
        "orders": orders, "rows": rows, "runs": [asdict(run) for run in runs], "bare_read_seconds": bare,
        "payment_leg_seconds": legs, "checked": checked,
        "others": {name: {"seconds": one.seconds, "peak": one.peak} for name, one in others.items()},
    }  # fmt: skip
    bars = {f"tieout, {run.engine}": run.stages for run in runs}
    for name, one in others.items():
        bars[name] = {"four legs" if name in (_PANDAS, _DUCKDB) else "one leg": one.seconds}
    page.draw_bars("scale", f"A month of {orders:,} orders, {rows:,} rows", bars)
    body = _describe(orders, rows, runs, others, bare, legs, checked)
    page.publish("scale", f"python -m bench.scale {orders}", body, figures)
    return all(said.startswith("agree") for said in checked.values())


def _bare_read(inbox: Path, out: Path) -> float:
    ran = subprocess.run(
        [sys.executable, "-m", "bench.bare_read", str(inbox), str(out)], check=True, stdout=subprocess.PIPE, text=True
    )
    shutil.rmtree(out)
    return float(ran.stdout)


def _run_others(folder: Path, plan: Plan, key: side.Found, checked: Checked) -> dict[str, side.Measured]:
    streams = folder / "streams.json"
    side.write_streams(Settings(folder / measuring.engines()[0]), streams)
    own = _own_environment(folder / "datacompy")
    leg = {one for one in key if one[0].startswith("OP")}
    others = {}
    for name, module, expected, python, more in (
        (_PANDAS, "bench.analyst_pandas", key, sys.executable, ()),
        (_DUCKDB, "bench.handwritten_duckdb", key, sys.executable, ()),
        (_ON_PANDAS, "bench.payments_datacompy", leg, own, ("pandas",)),
        (_ON_POLARS, "bench.payments_datacompy", leg, own, ("polars",)),
    ):
        others[name] = side.run(module, streams, plan.last, folder / "out" / name, *more, python=python)
        checked[name] = agreement.describe(others[name].found, expected)
    return others


def _own_environment(folder: Path) -> Path:
    """Make the environment that datacompy needs, with uv, from the package index of this machine."""
    python = folder / "bin" / "python"
    subprocess.run(["uv", "venv", "--quiet", "--python", sys.executable, str(folder)], check=True)
    subprocess.run(["uv", "pip", "install", "--quiet", "--python", str(python), *_DATACOMPY], check=True)
    return python


def _describe(
    orders: int, rows: int, runs: list[Run], others: dict[str, side.Measured], bare: float, legs: dict[str, float],
    checked: Checked,
) -> str:  # fmt: skip
    stages = list(measuring.STAGES)
    costs = [
        [f"tieout, {run.engine}", *(f"{run.stages[one]:.1f} ({run.stages[one] / run.seconds:.0%})" for one in stages),
         f"{run.seconds:.1f}", _gib(run.peak), _gib(run.postgres_peak)]
        for run in runs
    ]  # fmt: skip
    costs += [[name, *[""] * len(stages), f"{one.seconds:.1f}", _gib(one.peak), ""] for name, one in others.items()]
    costs.append(["a bare read of the files into Parquet", *[""] * len(stages), f"{bare:.1f}", "", ""])
    found = [[name, said] for name, said in checked.items()]
    return "\n\n".join(
        (
            f"{orders:,} orders, {rows:,} rows over all entities, as csv.",
            page.table(["seconds", *stages, "all", "own memory", "PostgreSQL's"], costs),
            page.table(["ratio", "measured", "goal", ""], _ratios(runs, others, bare, legs)),
            page.table(["against the planted faults", ""], found),
        )
    )


def _ratios(
    runs: list[Run], others: dict[str, side.Measured], bare: float, legs: dict[str, float]
) -> list[list[object]]:
    rows: list[list[object]] = []

    def add(what: str, ratio: float, goal: float, *, at_most: bool) -> None:
        met = ratio <= goal if at_most else ratio >= goal
        rows.append([what, f"{ratio:.2f}", f"{'≤' if at_most else '≥'} {goal:g}", page.judge(met)])

    pandas, duckdb, on_pandas, on_polars = (others[name].seconds for name in (_PANDAS, _DUCKDB, _ON_PANDAS, _ON_POLARS))
    for run in runs:
        build, bulk, leg = run.stages["build"], run.stages["load"] + run.stages["build"], legs[run.engine]
        if run.engine == "duckdb":
            add("DuckDB build / hand-written DuckDB", build / duckdb, 3, at_most=True)
            add("an analyst's pandas / DuckDB build", pandas / build, 4, at_most=False)
        else:
            add("PostgreSQL load and build / an analyst's pandas", bulk / pandas, 2, at_most=True)
        add(f"datacompy on pandas / {run.engine}, that leg", on_pandas / leg, 10, at_most=False)
        add(f"datacompy on Polars / {run.engine}, that leg", on_polars / leg, 2.5, at_most=False)
        add(f"{run.engine}: landing / a bare read into Parquet", run.stages["land"] / bare, 2, at_most=True)
        add(f"{run.engine}: tieout's own memory in GB", run.peak / 1e9, 1.5, at_most=True)
    return rows


def _gib(size: int) -> str:
    return f"{size / 2**30:.2f} GiB" if size else "–"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("orders", type=int, nargs="?", default=1_000_000)
    with tempfile.TemporaryDirectory(prefix="tieout-bench-") as made:
        sys.exit(0 if measure(parser.parse_args().orders, Path(made)) else 1)

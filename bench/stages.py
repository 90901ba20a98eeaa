"""Where the time of a month of 100,000 orders goes, and how much memory it takes: `python -m bench.stages [ORDERS]`.

Beside it, in the same run, a plain pandas program that an analyst would write for one leg (order and payment) from the
same landed rows; both must find the same orders in OP01, OP02, OP03 and OP05.
"""

import resource
import shutil
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from bench.pandas_payments import find_breaks
from tieout import landing, warehouse, world
from tieout.core.settings import Settings
from tieout.pipeline import run_day
from tieout.reports.table import query_published
from tieout.warehouse import embedded

_CODES = ("OP01", "OP02", "OP03", "OP05")


def measure(orders: int) -> None:
    """Write, run and compare; print a table of shares."""
    home = Path(tempfile.mkdtemp(prefix="tieout-bench-"))
    settings = Settings(home)
    try:
        begun = time.perf_counter()
        summary = world.write(orders, 31, 1, home)
        print(f"world of {orders} orders, {sum(summary.files.values())} files: {time.perf_counter() - begun:.1f} s")
        warehouse.start(settings)
        result = run_day(settings, date(2026, 5, 31))
        total = sum(step.seconds for step in result.steps)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
        rows = sum(batch.row_count for batch in landing.batches(settings))
        print(f"{rows} rows, {result.outcome}; peak memory of tieout itself {peak:.2f} GiB\n")
        for step in result.steps:
            print(f"{step.name:<16}{step.seconds:8.1f} s  {step.seconds / total:6.1%}  {step.detail}")
        print(f"{'total':<16}{total:8.1f} s\n")
        _compare(settings, total)
    finally:
        embedded.remove(settings)
        shutil.rmtree(home, ignore_errors=True)


def _compare(settings: Settings, total: float) -> None:
    begun = time.perf_counter()
    theirs = find_breaks(landing.batches(settings))
    seconds = time.perf_counter() - begun
    answer = query_published(settings, "select code, coalesce(order_id, '') from exceptions where leg = 'payments'")
    for code in _CODES:
        ours = {identifier for found, identifier in answer.rows if found == code}
        agree = "agree" if ours == theirs[code] else f"differ in {len(ours ^ theirs[code])}"
        print(f"{code}: tieout {len(ours)}, pandas {len(theirs[code])}: {agree}")
    print(f"pandas, this leg from the landed rows: {seconds:.1f} s; all of tieout: {total / seconds:.1f} times that")


if __name__ == "__main__":
    measure(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)

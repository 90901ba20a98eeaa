"""Whether two programs find the same exceptions: code, entity and fen of each."""

import csv
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from bench.side import Found
from tieout.core.settings import Settings
from tieout.reports.table import query_published


def published(settings: Settings) -> Found:
    """What tieout has published, of all codes: a code that nobody planted is a difference too."""
    return to_found(query_published(settings, "select code, entity_id, difference_amount from exceptions").rows)


def to_found(rows: Iterable[Sequence[Any]]) -> Found:
    """Take rows of code, entity and signed amount in yuan."""
    return {(str(code), str(one), abs(int(Decimal(amount) * 100))) for code, one, amount in rows}


def planted(folder: Path) -> Found:
    """What the answer key of a made-up month says."""
    with (folder / "truth.csv").open(encoding="utf-8") as lines:
        return {(row["code"], row["entity_id"], int(Decimal(row["amount"]) * 100)) for row in csv.DictReader(lines)}


def describe(ours: Found, theirs: Found) -> str:
    """Say `agree`, or which differ, at most five of each side."""
    more, less = sorted(ours - theirs), sorted(theirs - ours)
    if not more and not less:
        return f"agree in all {len(ours)}"
    return f"DIFFER: {len(more)} only in the first {more[:5]}, {len(less)} only in the second {less[:5]}"

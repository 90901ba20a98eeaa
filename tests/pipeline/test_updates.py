"""A build that begins with what the last one left comes to the same as one from nothing, in every table."""

import csv
import random
import re
import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as runs_of
from hypothesis import strategies as st

from tieout import landing, world
from tieout.core.settings import Settings
from tieout.warehouse import embedded

from .builds import assert_the_same, build, read

FIRST, LAST = date(2026, 5, 1), date(2026, 5, 31)
_DAY = re.compile(r"(?<!\d)202605\d\d(?!\d)")
_CORRECTED = ("orders", "order_lines", "refunds", "after_sales", "settlement_lines", "stock_movements", "erp_documents")


class Inbox:
    """A made-up month that comes bit by bit: late, twice, and corrected."""

    def __init__(self, folder: Path, settings: Settings, chance: random.Random) -> None:
        world.write(200, 31, chance.randrange(1000), folder)
        shutil.copytree(folder / "config", settings.config)
        self.root, self.settings, self.chance = folder / "inbox", settings, chance
        self.waiting = sorted(path for path in self.root.rglob("*") if path.is_file())
        self.corrections = 0

    def bring(self, until: date) -> None:
        """Let most of what is told of the days until then come, and corrections of what is there already."""
        for path in [path for path in self.waiting if date.fromisoformat(_DAY.findall(path.name)[-1]) <= until]:
            if until == LAST or self.chance.random() < 0.95:
                target = self.settings.inbox / path.relative_to(self.root)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(path, target)
                self.waiting.remove(path)
        for entity in self.chance.sample(_CORRECTED, 3):
            there = sorted((self.settings.inbox / "open" / entity).glob("*.csv"))
            if there:
                self._correct(self.chance.choice(there))
        landing.land(self.settings)

    def _correct(self, path: Path) -> None:
        """Deliver a file again with amounts that are others and rows that name another's order."""
        with path.open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        orders = [row[header.index("order_id")] for row in rows] if "order_id" in header else []
        for number, row in enumerate(rows):
            if orders and path.parent.name != "orders":
                row[header.index("order_id")] = orders[number - 1]
            for column, cell in zip(header, row, strict=True):
                if column.endswith("amount") and cell and self.chance.random() < 0.3:
                    row[header.index(column)] = f"{float(cell) + 1:.2f}"
        self.corrections += 1
        with path.with_stem(f"{path.stem}_{self.corrections}").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([header, *rows])


@runs_of(
    max_examples=1,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(seed=st.integers(0, 10_000))
def test_what_comes_bit_by_bit_comes_to_the_same_as_all_anew(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    chance = random.Random(seed)
    folder = tmp_path_factory.mktemp("updates")
    # PostgreSQL's updates are looked at in test_partitions and, day by day, in test_order_of_arrival.
    settings = Settings(folder / "home", engine="duckdb")
    try:
        inbox = Inbox(folder / "world", settings, chance)
        stops = sorted(chance.sample(range(20, 30), 2))
        for number, stop in enumerate([*stops, 30]):
            as_of = FIRST + timedelta(days=stop)
            inbox.bring(as_of)
            brought = build(settings, as_of)
            assert ("seed.tieout.owners" in brought.seconds) == (number == 0), (
                "only the first build begins from nothing"
            )
        assert inbox.corrections > 2
        found = read(settings)
        assert "seed.tieout.owners" in build(settings, LAST, full=True).seconds
        assert_the_same(found, read(settings))
    finally:
        embedded.remove(settings)

"""A build that begins with what the last one left comes to the same as one from nothing, in every table."""

import csv
import random
import re
import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as runs_of
from hypothesis import strategies as st

from tieout import dbt, engines, landing, warehouse, world
from tieout.core.settings import Engine, Settings
from tieout.dbt import changes
from tieout.pipeline import runs, steps
from tieout.pipeline.bookkeeping import Silence
from tieout.warehouse import embedded

FIRST, LAST = date(2026, 5, 1), date(2026, 5, 31)
_DAY = re.compile(r"(?<!\d)202605\d\d(?!\d)")
_CORRECTED = ("orders", "order_lines", "refunds", "after_sales", "settlement_lines", "stock_movements", "erp_documents")

Tables = dict[str, list[str]]


def _read(settings: Settings) -> Tables:
    """Give all rows of all tables that models have become, without regard to their order."""
    engine = engines.choose(settings)
    found = engine.read(
        "select table_schema || '.' || table_name from information_schema.tables"
        " where table_schema in ('intermediate', 'marts') and table_type = 'BASE TABLE'"
    )
    assert len(found) > 180
    return {str(name): sorted(map(repr, engine.read(f"select * from {name}"))) for (name,) in found}


def _build(settings: Settings, as_of: date, *, full: bool = False) -> dbt.BuildResult:
    with runs.open_run(settings, as_of, Silence()) as run:
        steps.load(settings, run)
        result = dbt.build(settings, warehouse.url(settings), as_of, full=full)
        run.finish("built", "a test's")
    return result


def _assert_the_same(found: Tables, wanted: Tables) -> None:
    assert found.keys() == wanted.keys()
    for name, rows in wanted.items():
        assert sorted({*found[name]} ^ {*rows}) == [], name
        assert len(found[name]) == len(rows), name


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


@pytest.mark.parametrize("engine", ["postgres", "duckdb"])
@runs_of(
    max_examples=1,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(seed=st.integers(0, 10_000))
def test_what_comes_bit_by_bit_comes_to_the_same_as_all_anew(
    tmp_path_factory: pytest.TempPathFactory, engine: Engine, seed: int
) -> None:
    chance = random.Random(seed)
    folder = tmp_path_factory.mktemp("updates")
    settings = Settings(folder / "home", engine=engine)
    inbox = Inbox(folder / "world", settings, chance)
    stops = sorted(chance.sample(range(18, 30), 3))
    for number, stop in enumerate([*stops, 30]):
        as_of = FIRST + timedelta(days=stop)
        inbox.bring(as_of)
        brought = _build(settings, as_of)
        assert ("seed.tieout.owners" in brought.seconds) == (number == 0), "only the first build begins from nothing"
    assert inbox.corrections > 3
    found = _read(settings)
    assert "seed.tieout.owners" in _build(settings, LAST, full=True).seconds
    _assert_the_same(found, _read(settings))
    embedded.remove(settings)


@pytest.fixture
def home(month: Path, new_home: Callable[[str], Settings]) -> Settings:
    """A home in which the month was built from nothing."""
    settings = new_home("updates")
    shutil.copytree(month / "config", settings.config)
    landing.land(settings, month / "inbox")
    _build(settings, LAST)
    return settings


def test_rows_depend_on_their_orders_and_the_date(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Partitioned models hold what they hold as a whole: for orders drawn at random, and as orders fall due."""
    wanted, engine = _read(home), engines.choose(home)
    # Models that depend on the date are made as a whole once more, to learn which orders will fall due.
    _build(home, LAST)
    _assert_the_same(_read(home), wanted)
    [(dated,)] = engine.read("select count(distinct model) from changes.due")
    assert dated > 5

    orders = sorted(key for (key,) in engine.read("select order_key from intermediate.int_orders"))
    drawn = random.Random(5).sample(orders, 40)
    write = changes._write

    def touch(engine: engines.Engine, base: changes.Base) -> None:
        write(engine, base)
        engine.replace("changes.keys", ("key", "value"), [("order", key) for key in drawn])

    with monkeypatch.context() as patch:
        patch.setattr(changes, "_write", touch)
        _build(home, LAST)
    _assert_the_same(_read(home), wanted)

    fallen_due = set()
    for days in (3, 10, 40):
        _build(home, LAST + timedelta(days=days))
        fallen_due |= {name for (name,) in engine.read("select name from changes.relations")}
    assert "marts.fct_settlements" in fallen_due
    assert "intermediate.int_order_lines" not in fallen_due
    found = _read(home)
    _build(home, LAST + timedelta(days=40), full=True)
    _assert_the_same(found, _read(home))


def test_an_update_that_was_interrupted_is_gone_on_with(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted, engine = _read(home), engines.choose(home)
    with warehouse.connect(home) as connection:
        connection.execute("update raw.open__refunds set amount = amount::numeric + 1")
    invoke, models = dbt.build.__globals__["_invoke"], []

    def die(runner: Any, arguments: list[str]) -> list[Any]:
        if models:
            raise KeyboardInterrupt
        models.extend(invoke(runner, arguments))
        return models

    monkeypatch.setitem(dbt.build.__globals__, "_invoke", die)
    with pytest.raises(KeyboardInterrupt):
        _build(home, LAST)
    monkeypatch.undo()
    assert engine.read("select state from changes.base") == [("updated",)]
    _build(home, LAST)
    found = _read(home)
    assert found["marts.fct_orders"] != wanted["marts.fct_orders"]
    _build(home, LAST, full=True)
    _assert_the_same(found, _read(home))

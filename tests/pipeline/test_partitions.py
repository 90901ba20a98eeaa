"""Models that work order by order hold what they hold as a whole, whatever was made anew and whatever was not."""

import random
import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tieout import dbt, engines, landing, warehouse
from tieout.core.settings import Settings
from tieout.dbt import changes

from .builds import assert_the_same, build, read

LAST = date(2026, 5, 31)


@pytest.fixture
def home(month: Path, new_home: Callable[[str], Settings]) -> Settings:
    """A home in which the month was built from nothing."""
    settings = new_home("updates")
    shutil.copytree(month / "config", settings.config)
    landing.land(settings, month / "inbox")
    build(settings, LAST)
    return settings


def test_rows_depend_on_their_orders_and_the_date(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Partitioned models hold what they hold as a whole: orders drawn at random, days going by, an update killed."""
    wanted, engine = read(home), engines.choose(home)
    # Models that depend on the date are made as a whole once more, to learn which orders will fall due.
    build(home, LAST)
    assert_the_same(read(home), wanted)
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
        build(home, LAST)
    assert_the_same(read(home), wanted)

    fallen_due = set()
    for days in (10, 40):
        build(home, LAST + timedelta(days=days))
        fallen_due |= {name for (name,) in engine.read("select name from changes.relations")}
    assert "marts.fct_settlements" in fallen_due
    assert "intermediate.int_order_lines" not in fallen_due

    # What an interrupted update has touched is not forgotten by the next.
    with warehouse.connect(home) as connection:
        connection.execute("update raw.open__refunds set amount = amount::numeric + 1")
    invoke, models = dbt.build.__globals__["_invoke"], list[Any]()

    def die(runner: Any, arguments: list[str]) -> list[Any]:
        if models:
            raise KeyboardInterrupt
        models.extend(invoke(runner, arguments))
        return models

    with monkeypatch.context() as patch:
        patch.setitem(dbt.build.__globals__, "_invoke", die)
        with pytest.raises(KeyboardInterrupt):
            build(home, LAST + timedelta(days=40))
    assert engine.read("select state from changes.base") == [("updated",)]
    build(home, LAST + timedelta(days=40))
    found = read(home)
    build(home, LAST + timedelta(days=40), full=True)
    assert_the_same(found, read(home))

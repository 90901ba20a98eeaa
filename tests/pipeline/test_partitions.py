"""Models that work order by order or row by row hold what they hold as a whole, whatever was made anew."""

import csv
import random
import shutil
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import pytest
from dbt.cli.main import dbtRunner, dbtRunnerResult

from tieout import engines, landing
from tieout.core.settings import Settings
from tieout.dbt import changes
from tieout.landing import archive
from tieout.sources import STREAMS

from .builds import assert_the_same, build, read

LAST = date(2026, 5, 31)


@pytest.fixture(scope="module")
def home(month: Path, new_home: Callable[[str], Settings]) -> Settings:
    """A home in which the month was built from nothing."""
    settings = new_home("updates")
    shutil.copytree(month / "config", settings.config)
    landing.land(settings, month / "inbox")
    build(settings, LAST)
    return settings


def test_rows_depend_on_what_touches_them(home: Settings, month: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Partitioned models hold what they hold as a whole: orders and deliveries drawn at random, days going by."""
    wanted, engine = read(home), engines.choose(home)
    # Models that depend on the date are made as a whole once more, to learn which orders will fall due.
    build(home, LAST)
    assert_the_same(read(home), wanted)
    [(dated,)] = engine.read("select count(distinct model) from changes.due")
    assert dated > 5

    orders = sorted(key for (key,) in engine.read("select order_key from intermediate.int_orders"))
    deliveries = sorted(key for (key,) in engine.read("select batch_id from raw.batches"))
    chance = random.Random(5)
    drawn = [("order", key) for key in chance.sample(orders, 40)]
    drawn += [("delivery", key) for key in chance.sample(deliveries, 40)]
    write = changes._write

    def touch(engine: engines.Engine, base: changes.Base) -> None:
        write(engine, base)
        engine.replace("changes.keys", ("key", "value"), drawn)

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


def test_what_an_interrupted_update_touched_is_not_forgotten(
    home: Settings, month: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A correction comes to its end through two updates that are killed, and is withdrawn by a third."""
    as_of, engine = LAST + timedelta(days=40), engines.choose(home)
    build(home, as_of)
    build(home, as_of)
    assert engine.read("select value from changes.keys where key = 'delivery'") == []
    landing.land(home, corrected_refunds(month, home.home / "corrected"))
    invoke, models = dbtRunner.invoke, list[Any]()

    def die_at_once(engine: engines.Engine, base: changes.Base) -> None:
        raise KeyboardInterrupt

    def die_amid_models(runner: dbtRunner, args: list[str], **options: Any) -> dbtRunnerResult:
        if models:
            raise KeyboardInterrupt
        outcome = invoke(runner, args, **options)
        if args[0] == "build":
            models.extend(cast("list[Any]", outcome.result))
        return outcome

    for place, name, die, state in (
        (changes, "_write", die_at_once, "complete"),
        (dbtRunner, "invoke", die_amid_models, "updated"),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(place, name, die)
            with pytest.raises(KeyboardInterrupt):
                build(home, as_of)
        assert engine.read("select state from changes.base") == [(state,)]
    build(home, as_of)
    [(corrected,)] = engine.read("select value from changes.keys where key = 'delivery'")
    found = read(home)
    build(home, as_of, full=True)
    assert_the_same(found, read(home))

    # What the correction replaced counts again, though no row of it is left that could say so.
    shutil.rmtree(archive.to_folder(home, STREAMS["open", "refunds"], corrected))
    build(home, as_of)
    assert ("raw.batches",) in engine.read("select name from changes.relations")
    withdrawn = read(home)
    assert withdrawn["intermediate.int_refunds"] != found["intermediate.int_refunds"]
    build(home, as_of, full=True)
    assert_the_same(withdrawn, read(home))


def corrected_refunds(month: Path, inbox: Path) -> Path:
    """Write into an inbox of its own what corrects a delivery of refunds by one yuan each, later than all others."""
    paths = sorted((month / "inbox" / "open" / "refunds").glob("*.csv"))
    path = max(paths, key=lambda path: path.stat().st_size)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) > 3
    target = inbox / "open" / "refunds" / f"{paths[-1].stem}_corrected.csv"
    target.parent.mkdir(parents=True)
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows({**row, "amount": str(Decimal(row["amount"]) + 1)} for row in rows)
    return inbox

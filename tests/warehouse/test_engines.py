"""Raw is the same for every engine, whether its rows were copied or lie in landing."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from dbt.contracts.graph.manifest import Manifest
from test_raw import PAYOUTS, land, payout

from tieout import engines, warehouse
from tieout.core.errors import TieoutError
from tieout.core.settings import Engine, Settings
from tieout.dbt import changes
from tieout.landing import Batch
from tieout.warehouse import raw

ROWS = "select * from raw.open__payouts order by delivery_id, line_number"


@pytest.fixture
def duckdb(settings: Settings) -> Settings:
    return replace(settings, engine="duckdb")


@pytest.fixture
def batches(settings: Settings) -> list[Batch]:
    folder = settings.landing / "open" / "payouts"
    odd = ["", None, "a\0b", 'say "订单", twice', "two\r\nlines", "\\N", "'"]
    earlier = PAYOUTS.columns[:-2]
    return [
        land(folder / "aaaa", [payout(number, text) for number, text in enumerate(odd)]),
        land(folder / "bbbb", [payout(8)[: len(earlier)]], columns=earlier),
        land(folder / "cccc", []),
    ]


def test_duckdb_reads_in_landing_what_postgres_has_copied(
    connection: warehouse.Connection, duckdb: Settings, batches: list[Batch]
) -> None:
    raw.load(connection, batches)
    engine = engines.choose(duckdb)
    engine.begin(connection, anew=True)
    copied = connection.execute(ROWS.encode()).fetchall()
    assert len(copied) == 8
    assert engine.read(ROWS) == copied
    for query in ("select * from raw.batches order by batch_id", "select * from raw.open__orders"):
        assert engine.read(query) == connection.execute(query.encode()).fetchall()


def test_rows_that_were_left_in_landing_are_copied_by_the_next_load_that_copies(
    connection: warehouse.Connection, batches: list[Batch]
) -> None:
    raw.load(connection, [])
    assert raw.load(connection, batches, copies=False) == raw.Loaded(loaded=3, unchanged=0, removed=0, rows=8)
    assert connection.execute(ROWS.encode()).fetchall() == []
    assert raw.load(connection, batches, copies=False).loaded == 0
    assert raw.load(connection, batches).rows == 8
    assert raw.load(connection, batches).loaded == 0
    assert raw.load(connection, batches, copies=False).loaded == 0
    assert len(connection.execute(ROWS.encode()).fetchall()) == 8


def test_a_damaged_batch_is_refused_where_its_rows_are_not_copied(
    connection: warehouse.Connection, batches: list[Batch]
) -> None:
    Path(batches[0].rows_path).write_bytes(b"PAR1")
    with pytest.raises(TieoutError, match="Replay the batch"):
        raw.load(connection, batches, copies=False)


@pytest.mark.parametrize("engine", ["postgres", "duckdb"])
def test_a_later_layer_needs_the_first(connection: warehouse.Connection, settings: Settings, engine: Engine) -> None:
    raw.load(connection, [])
    chosen, nothing = engines.choose(replace(settings, engine=engine)), Manifest()
    with pytest.raises(TieoutError, match="build the staging layer first"):
        changes.begin(chosen, connection, nothing, date(2026, 5, 31), first=False, full=False)


def test_an_unknown_engine_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIEOUT_ENGINE", "spark")
    with pytest.raises(TieoutError, match="TIEOUT_ENGINE is 'spark'; it has to be postgres or duckdb"):
        Settings.load()

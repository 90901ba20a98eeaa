"""Builds of a home, and all that stands in its models' tables."""

from datetime import date

from tieout import dbt, engines, warehouse
from tieout.core.settings import Settings
from tieout.pipeline import runs, steps
from tieout.pipeline.bookkeeping import Silence

Tables = dict[str, list[str]]


def read(settings: Settings) -> Tables:
    """Give all rows of all tables that models have become, without regard to their order."""
    engine = engines.choose(settings)
    found = engine.read(
        "select table_schema || '.' || table_name from information_schema.tables"
        " where table_schema in ('intermediate', 'marts') and table_type = 'BASE TABLE'"
    )
    assert len(found) > 180
    return {str(name): sorted(map(repr, engine.read(f"select * from {name}"))) for (name,) in found}


def build(settings: Settings, as_of: date, *, full: bool = False) -> dbt.BuildResult:
    with runs.open_run(settings, as_of, Silence()) as run:
        steps.load(settings, run)
        result = dbt.build(settings, warehouse.url(settings), as_of, full=full)
        run.finish("built", "a test's")
    return result


def assert_the_same(found: Tables, wanted: Tables) -> None:
    assert found.keys() == wanted.keys()
    for name, rows in wanted.items():
        assert sorted({*found[name]} ^ {*rows}) == [], name
        assert len(found[name]) == len(rows), name

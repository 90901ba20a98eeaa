"""Whatever engine builds them, the published tables are the same, byte for byte and type for type."""

import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tieout import warehouse, world
from tieout.core.settings import Settings
from tieout.engines import handed_over
from tieout.engines.duck import EVIDENCE
from tieout.pipeline import run_day
from tieout.warehouse.candidate import read_columns

from .test_order_of_arrival import KILLED, _bring, _day_of, _files
from .views import everything

MIDDLE, NEXT, LAST = date(2026, 5, 16), date(2026, 5, 17), date(2026, 5, 31)
ROOT = Path(__file__).parents[2]
Seen = tuple[dict[str, dict[str, str]], dict[str, list[str]], dict[str, list[str]]]


def _see(settings: Settings) -> Seen:
    """What is published, its types, and what else is read of a build."""
    with warehouse.connect(settings) as connection:
        types = read_columns(connection, "published")
        evidence = {}
        for schema, tables in EVIDENCE.items():
            columns = read_columns(connection, schema)
            for table in tables:
                texts = ", ".join(
                    f"trim_scale({name})::text" if kind.startswith("numeric") else f"{name}::text"
                    for name, kind in columns[table].items()
                )
                read = f"select row({texts})::text from {schema}.{table} order by 1"
                evidence[table] = [row for (row,) in connection.execute(read.encode())]
    return types, everything(settings), evidence


def _tie_out(settings: Settings, engine: str, as_of: date) -> Seen:
    assert run_day(replace(settings, engine=engine), as_of).outcome == "published"
    return _see(settings)


def _assert_the_same(duckdb: Seen, postgres: Seen) -> None:
    (types, tables, evidence), (duck_types, duck_tables, duck_evidence) = postgres, duckdb
    assert [*map(list, duck_types.items())] == [*map(list, types.items())]
    assert duck_tables.keys() == tables.keys()
    assert len(tables["exceptions"]) > 10
    assert len(tables["fct_reconciliation"]) > 1_000
    for found, expected in ((duck_tables, tables), (duck_evidence, evidence)):
        for table, rows in expected.items():
            assert found[table] == rows, table


@pytest.fixture
def new_month(tmp_path: Path, new_home: Callable[[str], Settings]) -> Callable[[int, int], tuple[Path, Settings]]:
    def make(orders: int, seed: int) -> tuple[Path, Settings]:
        folder, settings = tmp_path / "world", new_home(f"agreed_{seed}")
        world.write(orders, 31, seed, folder)
        shutil.copytree(folder / "config", settings.config)
        return folder, settings

    return make


def test_a_month_that_came_at_once(new_month: Callable[[int, int], tuple[Path, Settings]]) -> None:
    month, settings = new_month(500, 11)
    shutil.copytree(month / "inbox", settings.inbox)
    _assert_the_same(_tie_out(settings, "duckdb", LAST), _tie_out(settings, "postgres", LAST))


def test_a_month_that_comes_by_and_by_and_lacks_a_source(
    new_month: Callable[[int, int], tuple[Path, Settings]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """DuckDB's second day is handed over as changes: rows that it does not change stay where they are."""
    # Tables that are small are handed over as a whole: here none is.
    monkeypatch.setattr(handed_over, "_SMALL", 0)
    month, settings = new_month(400, 12)
    late = set()
    for file in _files(month):
        if _day_of(file) > MIDDLE or _day_of(file).day == 10:
            late.add(file)
        else:
            _bring(month, settings, file)
    _tie_out(settings, "duckdb", MIDDLE)
    with warehouse.connect(settings) as connection:
        [(written,)] = connection.execute("select distinct xmin::text from published.fct_payments").fetchall()
    for file in late:
        if _day_of(file) <= NEXT and "bank" not in str(file):
            _bring(month, settings, file)
    found = _tie_out(settings, "duckdb", NEXT)
    with warehouse.connect(settings) as connection:
        rows = dict(connection.execute("select xmin::text, count(*) from published.fct_payments group by 1").fetchall())
    assert len(rows) == 2
    assert sum(rows.values()) > rows[written] > 50
    _assert_the_same(found, _tie_out(settings, "postgres", NEXT))


def test_killed_while_duckdb_builds_and_run_again_it_comes_to_the_same(
    new_month: Callable[[int, int], tuple[Path, Settings]], monkeypatch: pytest.MonkeyPatch
) -> None:
    month, settings = new_month(300, 13)
    shutil.copytree(month / "inbox", settings.inbox)
    monkeypatch.setenv("TIEOUT_ENGINE", "duckdb")
    command = [sys.executable, KILLED, "build", "run", "--as-of", str(LAST), "--home", str(settings.home)]
    ended = subprocess.run(command, check=False, capture_output=True, text=True)
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    _assert_the_same(_tie_out(settings, "duckdb", LAST), _tie_out(settings, "postgres", LAST))


def test_what_is_read_of_a_build_besides_what_is_published_is_handed_over() -> None:
    read = re.compile(r"\b(staging|intermediate|marts)\.([a-z]\w+)")
    used = {
        found
        for folder in ("plugins/tieout/reports", "plugins/tieout/alerts", "plugins/tieout/quality", "expectations")
        for path in (ROOT / folder).rglob("*.py")
        for found in read.findall(path.read_text("utf-8"))
    }
    handed = {(schema, table) for schema, tables in EVIDENCE.items() for table in tables}
    assert used == handed

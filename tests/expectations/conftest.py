"""A warehouse of its own, a candidate in which everything ties out, and landed batches made of a few rows."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tieout import warehouse
from tieout.core.settings import Settings
from tieout.sources import STREAMS
from tieout.warehouse import embedded

SEED = Path(__file__).parents[2] / "dbt_project" / "seeds" / "tolerances.csv"
FIXTURES = Path(__file__).parent / "fixtures"


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A home with a warehouse that is stopped at the end."""
    settings = Settings(tmp_path_factory.mktemp("home"))
    warehouse.start(settings)
    yield settings
    embedded.remove(settings)


@pytest.fixture
def connection(settings: Settings) -> Iterator[warehouse.Connection]:
    """The owner's connection, no gate results and no batches yet, one run."""
    with warehouse.connect(settings) as connection:
        connection.execute("truncate ops.gate_results, ops.run_steps, ops.runs, raw.batches cascade")
        connection.execute("insert into ops.runs (run_id, as_of, started_at) values ('run-1', '2026-05-31', now())")
        yield connection


@pytest.fixture
def candidate(connection: warehouse.Connection) -> warehouse.Connection:
    """A candidate in which everything ties out within the shipped tolerances."""
    for name in ("candidate.sql", "report.sql"):
        connection.execute((FIXTURES / name).read_bytes())
    with SEED.open(encoding="utf-8", newline="") as lines:
        rows = [[value or None for value in row.values()] for row in csv.DictReader(lines)]
    connection.cursor().executemany(f"insert into staging.tolerances values ({', '.join(['%s'] * 10)})", rows)
    return connection


@dataclass(frozen=True)
class Landed:
    """A batch as far as the gate knows it."""

    rows_path: Path
    file_name: str
    row_count: int
    rejected_count: int = 0
    window_from: date | None = date(2026, 5, 1)
    window_to: date | None = date(2026, 5, 1)
    account: str | None = "2088"
    delivered_at: str = "2026-05-02T01:00:00.000000Z"
    modified_at: str = "2026-05-02T01:00:00.000000Z"
    delivery_rank: str = ""


@dataclass
class Landing:
    """Makes batches of alipay/trade, or another stream: a few good rows, some cells changed, some columns added."""

    folder: Path
    made: int = 0
    key: tuple[str, str] = ("alipay", "trade")
    good: dict[str, str] = field(
        default_factory=lambda: {
            "trade_no": "2026050122001",
            "merchant_order_no": "T200P1",
            "business_type": "交易",
            "finished_at": "2026-05-01 10:00:00",
            "order_amount": "1,020.50",
            "received_amount": "20.00",
            "service_fee_amount": "-.12",
            "account": "2088",
        }
    )

    def batch(self, rows: int = 30, *, changed: dict[str, str | None] | None = None, **facts: Any) -> Landed:
        """Land `rows` rows, of which the last differs by `changed`."""
        self.made += 1
        stream = STREAMS[self.key]
        cells = [dict(self.good) for _ in range(rows)]
        if changed:
            cells[-1] |= changed
        columns = {name: [row.get(name) for row in cells] for name in (*stream.columns, "unknown_columns")}
        table = pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})
        table = table.append_column("line_number", pa.array(range(6, 6 + rows), pa.int32()))
        path = self.folder / f"{self.made}.parquet"
        pq.write_table(table, path)
        return replace(Landed(path, f"bill{self.made}.csv", rows, delivery_rank=f"2026-05-02|{self.made:04d}"), **facts)


@pytest.fixture
def landing(tmp_path: Path) -> Landing:
    """A place to land batches."""
    return Landing(tmp_path)


@pytest.fixture
def tolerances(tmp_path: Path) -> Callable[..., Path]:
    """The shipped seed without some rules and with some lines more."""

    def write(*more: str, without: str = "") -> Path:
        lines = SEED.read_text(encoding="utf-8").splitlines()
        kept = [line for line in lines if line.split(",")[0] != without]
        path = tmp_path / "tolerances.csv"
        path.write_text("\n".join([*kept, *more]) + "\n", encoding="utf-8")
        return path

    return write

"""Raw: what is in landing is in the tables, once, whatever was interrupted, replayed, renamed or taken away."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import TypeVar

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tieout import warehouse
from tieout.core.errors import TieoutError
from tieout.core.reading import Rejection
from tieout.core.settings import Settings
from tieout.landing import Batch, Finding
from tieout.sources import STREAMS
from tieout.warehouse import raw

PAYOUTS = STREAMS["open", "payouts"]
Row = tuple[str | None, ...]
T = TypeVar("T", Batch, Finding)


def land(folder: Path, rows: Sequence[Row], *, columns: Sequence[str] = PAYOUTS.columns) -> Batch:
    """Write a batch of payouts as landing does; the folder's name is its id."""
    folder.mkdir(parents=True, exist_ok=True)
    cells = list(zip(*rows, strict=True)) or [()] * len(columns)
    table = {name: pa.array(values, pa.string()) for name, values in zip(columns, cells, strict=True)}
    numbers = pa.array(range(2, len(rows) + 2), pa.int32())
    table |= {"unknown_columns": pa.nulls(len(rows), pa.string()), "line_number": numbers}
    table |= {"row_hash": pa.array([f"{number:032}" for number in range(len(rows))])}
    pq.write_table(
        pa.table(table | {"occurrence_number": pa.array([1] * len(rows), pa.int32())}), folder / "rows.parquet"
    )
    (folder / "manifest.json").write_text(json.dumps({"row_count": len(rows)}))
    facts: dict[str, object] = {"source": "open", "stream": "payouts", "file_name": f"{folder.name}.csv"}
    facts |= {"batch_id": folder.name, "folder": folder, "sha256": "0" * 64, "byte_size": 1, "row_count": len(rows)}
    facts |= {"rejected_count": 0, "delivered_at": "2026-05-01", "delivery_rank": "1", "totals": {"净额": "1.00"}}
    return fill(Batch, facts | {"rejected": ()})


def fill(kind: type[T], facts: dict[str, object]) -> T:
    """What landing knows beyond what raw keeps is none of raw's business."""
    return kind(**{field.name: facts.get(field.name) for field in fields(kind)})  # type: ignore[arg-type]


def payout(number: int, reference: str | None = "r") -> Row:
    known = {"platform": "self", "payout_id": f"P{number}", "amount": "1.00", "bank_reference": reference}
    return tuple(known.get(name) for name in PAYOUTS.columns)


def show(connection: warehouse.Connection) -> list[tuple[object, ...]]:
    return connection.execute(
        "select delivery_id, line_number, payout_id, bank_reference from raw.open__payouts order by 1, 2"
    ).fetchall()


def test_every_declared_stream_has_its_table_and_later_columns_are_added(connection: warehouse.Connection) -> None:
    assert STREAMS
    connection.execute("alter table raw.open__payouts drop column bank_reference, drop column row_hash")
    connection.execute("insert into raw.open__payouts (payout_id) values ('before')")
    raw.ensure_tables(connection)
    for stream in STREAMS.values():
        rows = connection.execute(
            "select attname, format_type(atttypid, null) from pg_attribute "
            "where attrelid = %s::regclass and attnum > 0 and not attisdropped",
            (f"raw.{stream.table}",),
        ).fetchall()
        assert dict(rows) == dict.fromkeys(stream.columns, "text") | raw.LINEAGE
    assert connection.execute("select payout_id, row_hash from raw.open__payouts").fetchall() == [("before", None)]
    connection.execute("delete from raw.open__payouts")


def test_preparing_a_prepared_warehouse_does_not_wait_for_a_load(
    settings: Settings, connection: warehouse.Connection
) -> None:
    with warehouse.connect(settings) as loading, loading.transaction():
        loading.execute("lock table raw.batches in share row exclusive mode")
        connection.execute("set lock_timeout to '1s'")
        warehouse.prepare(connection)


def test_a_text_comes_out_as_it_went_in_and_nothing_is_not_an_empty_text(
    connection: warehouse.Connection, tmp_path: Path
) -> None:
    texts = [None, "", " ", '"', '""', ",", "a\r\nb", "\\N", "\\.", "\\", "NULL", "中文，\t", "'", "\N{PILE OF POO}"]
    batch = land(tmp_path / "texts", [payout(number, text) for number, text in enumerate(texts)])
    raw.load(connection, [batch])
    assert [row[3] for row in show(connection)] == texts
    raw.load(connection, [land(tmp_path / "texts", [payout(0, "a\0b")])])
    assert [row[3] for row in show(connection)] == ["a\N{SYMBOL FOR NULL}b"]


def test_loading_again_changes_nothing_and_what_left_landing_leaves_raw(
    connection: warehouse.Connection, tmp_path: Path
) -> None:
    rejected = Rejection(9, "amount", "1,0\0", "not an amount")
    first = replace(land(tmp_path / "a", [payout(1), payout(2)]), rejected=(rejected,), rejected_count=1)
    second = land(tmp_path / "b", [payout(3)])
    empty = land(tmp_path / "c", [])
    raw.load(connection, [])
    assert raw.load(connection, [first, second, empty]) == raw.Loaded(loaded=3, unchanged=0, removed=0, rows=3)
    rows, rejections = show(connection), connection.execute("select * from raw.rejections").fetchall()
    assert [row[:3] for row in rows] == [("a", 2, "P1"), ("a", 3, "P2"), ("b", 2, "P3")]
    assert rejections == [("a", 9, "amount", "1,0\N{SYMBOL FOR NULL}", "not an amount")]
    assert raw.load(connection, [empty, second, first]) == raw.Loaded(loaded=0, unchanged=3, removed=0, rows=0)
    assert show(connection) == rows
    assert raw.load(connection, [second]) == raw.Loaded(loaded=0, unchanged=1, removed=2, rows=0)
    assert [row[0] for row in show(connection)] == ["b"]
    assert connection.execute("select count(*) from raw.rejections").fetchone() == (0,)


def test_another_name_updates_the_batch_and_a_replay_loads_it_again(
    connection: warehouse.Connection, tmp_path: Path
) -> None:
    batch = land(tmp_path / "a", [payout(1), payout(2)])
    raw.load(connection, [batch])
    before = connection.execute("select ctid, xmin::text from raw.open__payouts").fetchall()
    renamed = replace(batch, file_name="0.csv", delivery_rank="0")
    assert raw.load(connection, [renamed]).unchanged == 1
    assert connection.execute("select file_name, delivery_rank from raw.batches").fetchall() == [("0.csv", "0")]
    assert connection.execute("select ctid, xmin::text from raw.open__payouts").fetchall() == before
    # A reader that was mended reads other rows out of the same bytes: as many of them, under the same batch id.
    assert raw.load(connection, [land(tmp_path / "a", [payout(1), payout(7)])]).loaded == 1
    assert [row[2] for row in show(connection)] == ["P1", "P7"]


def test_a_batch_that_cannot_be_trusted_stops_the_load_and_changes_nothing(
    connection: warehouse.Connection, tmp_path: Path
) -> None:
    good = land(tmp_path / "good", [payout(1)])
    raw.load(connection, [good])
    before = show(connection)
    narrow = land(tmp_path / "narrow", [("self", "P9")], columns=("platform", "payout_id"))
    wide = land(tmp_path / "wide", [("self", "x")], columns=("platform", "no_longer_declared"))
    short = replace(land(tmp_path / "short", [payout(1)]), row_count=2)
    foreign = replace(land(tmp_path / "foreign", [payout(1)]), stream="of_consciousness")
    (damaged := land(tmp_path / "damaged", [payout(1)])).rows_path.write_bytes(b"PAR1")
    (gone := land(tmp_path / "gone", [payout(1)])).rows_path.unlink()
    refused = {
        r"column 'no_longer_declared'": wide,
        r"holds 1 rows, its manifest says 2": short,
        r"stream open/of_consciousness": foreign,
        r"damaged/rows\.parquet is damaged": damaged,
        r"gone is damaged": gone,
    }
    for message, batch in refused.items():
        with pytest.raises(TieoutError, match=message):
            raw.load(connection, [narrow, batch])
        assert show(connection) == before
    raw.load(connection, [narrow])
    assert show(connection) == [("narrow", 2, "P9", None)]


LOAD = """
import sys
from pathlib import Path
sys.path[:0] = [{tests!r}, {plugins!r}]
from test_raw import land, payout
from tieout import warehouse
from tieout.core.settings import Settings
from tieout.warehouse import copying, raw
blocks = copying._to_blocks
def dawdle(*arguments):
    for block in blocks(*arguments):
        yield block
        print("copying", flush=True)
        input()
copying._to_blocks = dawdle
home, folder = map(Path, sys.argv[1:])
raw.load(warehouse.connect(Settings(home)), [land(folder, [payout(n) for n in range(3_000)])])
"""


def test_a_load_that_was_killed_half_way_leaves_nothing_and_is_repeated(
    settings: Settings, connection: warehouse.Connection, tmp_path: Path
) -> None:
    raw.load(connection, [])
    code = LOAD.format(tests=str(Path(__file__).parent), plugins=str(Path(warehouse.__file__).parents[2]))
    command = [sys.executable, "-c", code, str(settings.home), str(tmp_path / "big")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "copying\n"
        deadline = time.monotonic() + 30
        while not connection.execute("select 1 from pg_stat_progress_copy where tuples_processed > 0").fetchone():
            assert time.monotonic() < deadline, "the rows never reached the server"
            time.sleep(0.05)
        os.kill(process.pid, signal.SIGKILL)
    assert connection.execute("select count(*) from raw.batches").fetchone() == (0,)
    rows = [payout(number) for number in range(3_000)]
    assert raw.load(connection, [land(tmp_path / "big", rows)]).rows == 3_000
    shown = show(connection)
    assert [row[2] for row in shown] == [row[1] for row in rows]


def test_findings_are_replaced_as_a_whole(connection: warehouse.Connection) -> None:
    facts: dict[str, object] = {"finding_id": "f1", "source": "open", "stream": "payouts", "file_name": "a.csv"}
    facts |= {"sha256": "0" * 64, "reason": "totals_break", "message": "the total is not the sum", "delivery_rank": "1"}
    finding = fill(Finding, facts | {"value": "\0"})
    assert raw.load_findings(connection, [finding, replace(finding, finding_id="f2", reason="empty")]) == 2
    assert raw.load_findings(connection, [replace(finding, reason="unreadable")]) == 1
    rows = connection.execute("select finding_id, reason, value from raw.findings").fetchall()
    assert rows == [("f1", "unreadable", "\N{SYMBOL FOR NULL}")]

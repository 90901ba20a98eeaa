import fcntl
import stat
import threading
from hashlib import sha256
from pathlib import Path

import pytest

from tieout.core import content
from tieout.core.content import Content
from tieout.core.errors import TieoutError
from tieout.core.reading import Chunk, Keep, Reading, Rejection
from tieout.core.settings import Settings
from tieout.landing import batches, findings, land, read_rows
from tieout.sources import STREAMS, Stream

from .place import Place, refunds, tree


def test_a_file_is_kept_as_it_came_with_every_row_as_text(place: Place) -> None:
    text = refunds("10.00", "0.10")
    place.drop("2026/refunds_20260501.csv", text)
    [batch] = place.land().new
    assert batches(place.settings) == [batch]
    assert (batch.folder / "content").read_bytes() == text.encode()
    assert (batch.sha256, batch.byte_size) == (sha256(text.encode()).hexdigest(), len(text.encode()))
    assert (batch.row_count, batch.rejected_count, batch.unknown) == (2, 0, ())
    assert (batch.file_name, batch.delivered_at) == ("2026/refunds_20260501.csv", "2026-05-01")
    rows = read_rows(batch)
    lineage = ["unknown_columns", "line_number", "row_hash", "occurrence_number"]
    assert rows.column_names == [*STREAMS["open", "refunds"].columns, *lineage]
    assert [str(kind) for kind in rows.schema.types] == ["string"] * 8 + ["int32", "string", "int32"]
    assert rows.column("amount").to_pylist() == ["10.00", "0.10"]
    assert rows.column("line_number").to_pylist() == [2, 3]
    assert not any(path.stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP) for path in batch.folder.iterdir())


def test_the_same_file_twice_is_known_and_nothing_on_disk_moves(place: Place) -> None:
    place.drop("refunds.csv", refunds("10.00"))
    [batch] = place.land().new
    before = tree(place.settings)
    again = place.land()
    assert (again.new, again.known, again.quarantined) == ([], [batch], [])
    assert tree(place.settings) == before


def test_one_content_under_two_names_is_the_same_tree_whichever_came_first(tmp_path: Path) -> None:
    names = {"b_20260502.csv": "2026-05-02T01:00:00Z", "a_20260503.csv": "2026-05-01T01:00:00Z"}
    trees = []
    for order in (list(names), list(reversed(names)), ["both"]):
        settings = Settings(tmp_path / order[0])
        place = Place(settings)
        for name in order:
            for one in names if name == "both" else [name]:
                place.drop(one, refunds("10.00"), at=names[one])
            place.land()
        trees.append(tree(settings))
        [batch] = batches(settings)
        assert (batch.file_name, batch.file_names) == ("b_20260502.csv", ("a_20260503.csv", "b_20260502.csv"))
        assert batch.delivered_at == "2026-05-02"
    assert trees[0] == trees[1] == trees[2]


def test_a_corrected_file_of_the_same_name_is_a_later_batch_and_the_old_one_stays(place: Place) -> None:
    place.drop("refunds_20260501.csv", refunds("10.00"), at="2026-05-02T01:00:00Z")
    [old] = place.land().new
    place.drop("refunds_20260501.csv", refunds("11.00"), at="2026-05-02T02:00:00Z")
    [new] = place.land().new
    assert batches(place.settings) == [old, new]
    assert old.delivery_rank < new.delivery_rank
    assert read_rows(old).column("amount").to_pylist() == ["10.00"]


@pytest.mark.parametrize(
    ("name", "exported_at", "delivered_at"),
    [
        ("refunds_20260501.csv", "2026-05-03 08:00:00", "2026-05-03T00:00:00.000000Z"),
        ("refunds_20260501.csv", "2026-05-03T08:00:00+00:00", "2026-05-03T08:00:00.000000Z"),
        ("refunds_20260401-20260430.csv", None, "2026-04-30"),
        ("refunds_2026-04-01_2026-02-30.csv", None, "2026-04-01"),
        ("refunds_2026050112345.csv", None, "2026-05-02T12:00:00.000000Z"),
    ],
)
def test_delivered_is_what_is_stated_then_the_date_in_the_name_then_the_files_time(
    place: Place, name: str, exported_at: str | None, delivered_at: str
) -> None:
    place.drop(name, refunds("10.00"))
    if exported_at:
        place.state(f"{name}.meta.json", exported_at=exported_at)
    [batch] = place.land().new
    assert batch.delivered_at == delivered_at
    assert batch.delivery_rank.split("|")[1:] == ["2026-05-02T12:00:00.000000Z", name[:-4], batch.sha256]


def test_a_named_day_sorts_before_a_time_of_that_day(place: Place) -> None:
    place.drop("late.csv", refunds("2.00"), at="2026-05-01T20:00:00Z")
    place.drop("refunds_20260501.csv", refunds("1.00"), at="2026-05-09T00:00:00Z")
    place.land()
    assert [batch.file_name for batch in batches(place.settings)] == ["refunds_20260501.csv", "late.csv"]


def test_what_is_no_delivery_is_left_alone_and_said(place: Place) -> None:
    for name in ("a.csv.tmp", "b.csv.part", "c.crdownload", "d.csv~", ".hidden.csv", ".cache/e.csv"):
        place.drop(name, refunds("1.00"))
    place.drop("a.csv", "x", stream="open/refund")
    place.drop("a.csv", "x", stream="alipey/trade")
    place.drop("a.csv", "x", stream="open")
    result = place.land()
    assert (result.new, result.quarantined, tree(place.settings)) == ([], [], {})
    said = {path.relative_to(place.settings.inbox).as_posix(): why for path, why in result.ignored}
    assert len(said) == 9
    assert "refunds" in said["open/refund"]
    assert "alipay" in said["alipey"]
    assert "outside" in said["open/a.csv"]


def test_one_bad_file_never_stops_the_others(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(content: Content, keep: Keep) -> Reading:
        raise KeyError("amount")

    def slip(content: Content, keep: Keep) -> Reading:
        keep(Chunk.of(("amount",), [(2, ("1", "2"))]))
        return Reading(("amount",), ("amount",))

    monkeypatch.setitem(STREAMS, ("bank", "failing"), Stream("bank", "failing", fail, ("amount",), ()))
    monkeypatch.setitem(STREAMS, ("bank", "slipping"), Stream("bank", "slipping", slip, ("amount",), ()))
    monkeypatch.setattr(content, "MAX_BYTES", 1000)
    place.drop("a.csv", "x", stream="bank/failing")
    place.drop("a.csv", "x", stream="bank/slipping")
    place.drop("large.csv", "x" * 1001)
    place.drop("unreadable.csv", b"\x00\x01\x02")
    place.drop("zone.csv", refunds("1.00"))
    result = place.land()
    assert [batch.file_name for batch in result.new] == ["zone.csv"]
    assert result.quarantined == findings(place.settings)
    found = {(finding.stream, finding.file_name): finding for finding in result.quarantined}
    assert len(found) == 4
    assert found["failing", "a.csv"].reason == "unreadable"
    assert "KeyError: 'amount'" in found["failing", "a.csv"].message
    assert "ValueError: 1 columns, but 2 cells in line 2" in found["slipping", "a.csv"].message
    assert found["refunds", "large.csv"].reason == "oversized"
    assert not (found["refunds", "large.csv"].folder / "content").exists()
    assert (found["refunds", "unreadable.csv"].folder / "content").read_bytes() == b"\x00\x01\x02"


def test_a_column_that_is_not_known_is_kept_and_reported(place: Place) -> None:
    lines = refunds("1.00").splitlines()
    place.drop("refunds.csv", f"{lines[0]},渠道备注\n{lines[1]},加急\n")
    [batch] = place.land().new
    assert batch.unknown == ("渠道备注",)
    assert read_rows(batch).column("unknown_columns").to_pylist() == ['{"渠道备注": "加急"}']


def test_a_missing_required_column_is_drift_and_the_message_names_file_and_column(place: Place) -> None:
    place.drop("refunds.csv", refunds("1.00").replace("amount", "amonut"))
    [finding] = place.land().quarantined
    assert finding.reason == "schema_drift"
    assert finding.message.startswith("refunds.csv")
    assert "amount" in finding.message


def test_a_refused_row_is_counted_beside_the_landed_ones(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = Rejection(3, "amount", "1e5", "not an amount")

    def read(content: Content, keep: Keep) -> Reading:
        keep(Chunk.of(("amount",), [(2, ("1",)), (4, (None,))]))
        return Reading(("amount",), ("金额",), rejected=[refused])

    stream = Stream("bank", "partly", read, ("day", "amount"), (), "amount")
    monkeypatch.setitem(STREAMS, ("bank", "partly"), stream)
    place.drop("a.csv", "x", stream="bank/partly")
    place.state("a.meta.json", rows=3, total_amount="1.0", stream="bank/partly")
    [batch] = place.land().new
    assert (batch.row_count, batch.rejected_count, batch.rejected, batch.header) == (2, 1, (refused,), ("金额",))
    assert read_rows(batch).select(["day", "amount", "line_number"]).to_pylist() == [
        {"day": None, "amount": "1", "line_number": 2},
        {"day": None, "amount": None, "line_number": 4},
    ]


def test_one_content_in_two_streams_is_two_batches_with_ids_of_their_own(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    for entity in ("refunds", "orders"):
        place.state("none.meta.json", from_="2026-05-01", to="2026-05-01", rows=0, stream=f"open/{entity}")
    new = place.land().new
    assert {batch.stream for batch in new} == {"refunds", "orders"}
    assert len({batch.batch_id for batch in new}) == 2


def test_a_second_landing_waits_for_the_first(place: Place) -> None:
    place.drop("refunds.csv", refunds("1.00"))
    place.settings.landing.mkdir(parents=True)
    said: list[str] = []
    waiting = threading.Event()

    def listen(line: str) -> None:
        said.append(line)
        waiting.set()

    second = threading.Thread(target=land, args=(place.settings,), kwargs={"progress": listen})
    with (place.settings.landing / ".lock").open("w") as first:
        fcntl.flock(first, fcntl.LOCK_EX)
        second.start()
        assert waiting.wait(10)
        second.join(0.3)
        assert second.is_alive()
        assert batches(place.settings) == []
    second.join(30)
    assert said == ["another landing is at work: waiting for it to end", "open/refunds/refunds.csv: new"]
    assert len(batches(place.settings)) == 1


def test_an_inbox_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(TieoutError, match="no inbox"):
        land(Settings(tmp_path))

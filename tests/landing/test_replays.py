import dataclasses

import pytest

from tieout.core.content import Content
from tieout.core.reading import Chunk, Keep, Reading, Row, UnreadableError
from tieout.landing import batches, read_rows, replay
from tieout.sources import STREAMS

from .place import Place, refunds, tree


def _mend(monkeypatch: pytest.MonkeyPatch, rows: list[Row]) -> None:
    stream = STREAMS["open", "refunds"]

    def read(content: Content, keep: Keep) -> Reading:
        keep(Chunk.of(stream.columns, rows))
        return dataclasses.replace(stream.read(content, lambda _: None), columns=stream.columns)

    monkeypatch.setitem(STREAMS, ("open", "refunds"), dataclasses.replace(stream, read=read))


def test_a_replay_with_the_same_reader_changes_nothing(place: Place) -> None:
    place.drop("a.csv", refunds("1.00"))
    place.state("a.meta.json", from_="2026-05-01", to="2026-05-02", rows=1, total_amount="1.00", note="x")
    place.state("none.meta.json", from_="2026-05-01", to="2026-05-02", rows=0)
    place.land()
    before = tree(place.settings)
    assert replay(place.settings) == []
    assert tree(place.settings) == before


@pytest.mark.parametrize(("lines", "change"), [((2, 3), "changed: rows 1 to 2"), ((2,), "changed: values of the rows")])
def test_a_mended_reader_rebuilds_the_rows_under_the_same_id(
    place: Place, monkeypatch: pytest.MonkeyPatch, lines: tuple[int, ...], change: str
) -> None:
    place.drop("a.csv", refunds("1.00"))
    place.drop("b.csv", refunds("1.00"))
    [batch] = place.land().new
    cells = ("taobao", "R9", None, "O9", "9.00", None, None)
    _mend(monkeypatch, [(line, cells) for line in lines])
    [replayed] = replay(place.settings)
    assert (str(replayed), replayed.refused) == (f"open/refunds/a.csv: {change}", False)
    assert batches(place.settings) == [replayed.batch]
    assert (replayed.batch.batch_id, replayed.batch.file_names) == (batch.batch_id, ("a.csv", "b.csv"))
    assert read_rows(replayed.batch).column("amount").to_pylist() == ["9.00"] * len(lines)
    monkeypatch.undo()
    assert len(replay(place.settings)) == 1
    assert read_rows(batch).column("amount").to_pylist() == ["1.00"]


def test_what_is_refused_now_is_said_and_its_rows_stay(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.drop("a.csv", refunds("1.00"))
    [batch] = place.land().new

    def refuse(content: Content, keep: Keep) -> Reading:
        raise UnreadableError("unit_or_encoding", "amounts are in fen")

    monkeypatch.setitem(STREAMS, ("open", "refunds"), dataclasses.replace(STREAMS["open", "refunds"], read=refuse))
    [replayed] = replay(place.settings)
    assert replayed.refused
    assert "amounts are in fen" in replayed.change
    assert batches(place.settings) == [batch]

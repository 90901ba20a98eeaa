from datetime import date

import pytest

from tieout.core.content import Content
from tieout.core.reading import Chunk, Keep, Reading, UnreadableError
from tieout.landing import findings
from tieout.sources import STREAMS, Stream

from .place import Place, refunds, tree


def _read(content: Content, keep: Keep) -> Reading:
    """A statement in one line: `<account or ?> <first day> <last day> <ok|bad>`."""
    owner, first, last, state = content.whole().decode().split()
    account = None if owner == "?" else owner
    window = (date.fromisoformat(first), date.fromisoformat(last))
    if state == "bad":
        raise UnreadableError(
            "totals_break",
            "closing differs by 15: ask again",
            line=7,
            column="余额",
            value="5",
            window=window,
            account=account,
        )
    keep(Chunk.of(("amount",), [(1, ("1",))]))
    return Reading(("amount",), ("amount",), window=window, account=account)


@pytest.fixture(autouse=True)
def statement(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(STREAMS, ("bank", "statement"), Stream("bank", "statement", _read, ("amount",), ()))


def _drop(place: Place, name: str, content: str, day: int) -> None:
    place.drop(name, content, at=f"2026-05-{day:02d}T00:00:00Z", stream="bank/statement")


def test_a_finding_says_where_what_and_what_to_do_and_what_the_file_covers(place: Place) -> None:
    _drop(place, "may.txt", "A 2026-05-01 2026-05-02 bad", 3)
    [finding] = place.land().quarantined
    assert finding.message == "may.txt, line 7, column 余额, value '5': closing differs by 15: ask again"
    assert (finding.line_number, finding.column_name, finding.value) == (7, "余额", "5")
    assert (finding.window_from, finding.window_to, finding.account) == (date(2026, 5, 1), date(2026, 5, 2), "A")
    assert (finding.folder / "content").read_bytes() == b"A 2026-05-01 2026-05-02 bad"


def test_a_place_that_the_reader_names_itself_is_not_named_twice(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(content: Content, keep: Keep) -> Reading:
        raise UnreadableError("unreadable", "line 7: 余额 is 1e5, ask again", line=7, column="余额", value="1e5")

    monkeypatch.setitem(STREAMS, ("bank", "statement"), Stream("bank", "statement", read, ("amount",), ()))
    _drop(place, "may.txt", "x", 3)
    [finding] = place.land().quarantined
    assert finding.message == "may.txt: line 7: 余额 is 1e5, ask again"


@pytest.mark.parametrize(
    ("name", "content", "day", "closes"),
    [
        ("may.txt", "A 2026-05-03 2026-05-03 ok", 4, True),
        ("may.txt", "A 2026-05-01 2026-05-02 ok", 2, False),
        ("other.txt", "A 2026-05-01 2026-05-31 ok", 4, True),
        ("other.txt", "A 2026-05-01 2026-05-31 ok", 2, False),
        ("other.txt", "A 2026-05-02 2026-05-31 ok", 4, False),
        ("other.txt", "B 2026-05-01 2026-05-31 ok", 4, False),
        ("may.txt", "A 2026-05-01 2026-05-02  bad", 4, False),
    ],
)
def test_a_later_delivery_of_the_same_name_or_window_closes_a_finding(
    place: Place, name: str, content: str, day: int, closes: bool
) -> None:
    _drop(place, "may.txt", "A 2026-05-01 2026-05-02 bad", 3)
    [bad] = place.land().quarantined
    before = {name: kept for name, kept in tree(place.settings).items() if bad.finding_id in name}
    _drop(place, name, content, day)
    result = place.land()
    assert (bad not in findings(place.settings)) == closes
    assert (bad not in result.quarantined) or not closes
    assert before.items() <= tree(place.settings).items()


def test_a_finding_without_account_is_closed_only_where_the_stream_has_one_account(place: Place) -> None:
    _drop(place, "unclear.txt", "? 2026-05-01 2026-05-02 bad", 3)
    _drop(place, "a.txt", "A 2026-05-01 2026-05-31 ok", 4)
    place.land()
    assert findings(place.settings) == []
    _drop(place, "b.txt", "B 2026-05-01 2026-05-31 ok", 4)
    place.land()
    assert [finding.file_name for finding in findings(place.settings)] == ["unclear.txt"]


def test_a_file_that_a_mended_reader_reads_is_landed_and_its_finding_closed(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    _drop(place, "may.txt", "A 2026-05-01 2026-05-02 bad", 3)
    _drop(place, "copy.txt", "A 2026-05-01 2026-05-02 bad", 4)
    place.land()
    [finding] = findings(place.settings)
    assert (finding.file_name, finding.file_names) == ("may.txt", ("copy.txt", "may.txt"))
    mended = Stream("bank", "statement", lambda *_: Reading(("amount",), ("amount",)), ("amount",), ())
    monkeypatch.setitem(STREAMS, ("bank", "statement"), mended)
    assert len(place.land().new) == 1
    assert findings(place.settings) == []


def test_a_refused_download_is_closed_by_its_good_copy_though_that_was_exported_before(place: Place) -> None:
    place.drop("a.csv", refunds("1.00")[:40], at="2026-05-03T10:00:05Z")
    assert len(place.land().quarantined) == 1
    place.drop("a.csv", refunds("1.00"), at="2026-05-03T10:30:00Z")
    place.state("a.meta.json", exported_at="2026-05-03T10:00:00Z", at="2026-05-03T10:30:00Z")
    place.land()
    assert findings(place.settings) == []

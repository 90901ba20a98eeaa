from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tieout.core.settings import Settings
from tieout.landing import batches, findings

from .place import Place, refunds, tree

# name, content, day of modification, companion: two contents share names, two names a content, one file is refused
DELIVERIES = (
    ("refunds_20260501.csv", refunds("1.00"), 2, None),
    ("refunds_20260501.csv", refunds("1.50"), 3, None),
    ("copy.csv", refunds("1.00"), 1, None),
    ("deep/refunds_20260501.csv", refunds("1.00"), 2, None),
    ("stated.csv", refunds("1.00"), 4, {"rows": 1, "from_": "2026-05-01", "to": "2026-05-01"}),
    ("broken.csv", refunds("1.00", "2.00"), 5, {"rows": 3}),
    ("broken.csv", refunds("1.00", "2.00", "3.00"), 6, {"rows": 3}),
    ("garbled.csv", "\x00\x01", 6, None),
)


def _deliver(place: Place, waves: list[list[int]]) -> None:
    for wave in waves:
        for number in wave:
            name, content, day, stated = DELIVERIES[number]
            at = f"2026-05-{day:02d}T00:00:00Z"
            companion = place.settings.inbox / "open/refunds" / f"{name}.meta.json"
            companion.unlink(missing_ok=True)
            place.drop(name, content, at=at)
            if stated:
                place.state(f"{name}.meta.json", at=at, **stated)
            # Two files of one name cannot lie in an inbox at once.
            place.land()


@settings(max_examples=12, deadline=None, phases=[Phase.generate])
@given(st.permutations(range(len(DELIVERIES))), st.lists(st.integers(0, len(DELIVERIES) - 1), max_size=4))
def test_neither_the_order_of_arrival_nor_repetition_changes_what_is_on_disk(
    order: list[int], again: list[int]
) -> None:
    with TemporaryDirectory() as folder:
        expected, found = Place(Settings(Path(folder, "a"))), Place(Settings(Path(folder, "b")))
        _deliver(expected, [list(range(len(DELIVERIES)))])
        _deliver(found, [order, again])
        assert tree(found.settings) == tree(expected.settings)
        names = [batch.file_name for batch in batches(found.settings)]
        assert len(names) == 4
        assert [one.batch_id for one in batches(found.settings)] == [one.batch_id for one in batches(expected.settings)]
        assert [finding.file_name for finding in findings(found.settings)] == ["garbled.csv"]

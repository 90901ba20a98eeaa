"""When a build begins with what the last one left, and when from nothing."""

from dataclasses import replace
from datetime import date

import pytest

from tieout.dbt.changes import Base, _must_be_anew

THERE = Base("project", "complete", date(2026, 5, 30), 1_000)


@pytest.mark.parametrize(("there", "most"), [(1_000, 500), (100_000, 50_000), (1_000_000, 100_000)])
def test_so_much_is_new_that_all_is(there: int, most: int) -> None:
    before = replace(THERE, row_count=there)
    assert not _must_be_anew(before, replace(THERE, row_count=there + most))
    assert _must_be_anew(before, replace(THERE, row_count=there + most + 1))


def test_what_was_built_otherwise_is_not_built_upon() -> None:
    assert not _must_be_anew(replace(THERE, state="updated"), THERE)
    assert _must_be_anew(replace(THERE, state="anew"), THERE)
    assert _must_be_anew(THERE, replace(THERE, fingerprint="another"))
    assert _must_be_anew(THERE, replace(THERE, as_of=date(2026, 5, 29)))
    assert not _must_be_anew(THERE, replace(THERE, as_of=date(2026, 5, 31)))

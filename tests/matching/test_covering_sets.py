"""Covering sets are exact: what brute force finds among few items, and what was planted among thousands."""

from collections import Counter
from itertools import combinations
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tieout.matching.covering_sets import Item, TooManyError, count_of_sets, covering_sets

ITEMS = st.lists(st.tuples(st.integers(-30, 60), st.integers(0, 2), st.sampled_from(["a", "b"])), max_size=9).map(
    lambda rows: [Item(f"p{place}", *row) for place, row in enumerate(rows)]
)


def by_brute_force(target: int, items: list[Item]) -> set[tuple[tuple[tuple[int, int, str], int], ...]]:
    """Every set as what it holds of which amount, day and purse; nothing weighs nothing."""
    weighty = [item for item in items if item.amount]
    return {
        shape(list(chosen))
        for size in range(1, len(weighty) + 1)
        for chosen in combinations(weighty, size)
        if sum(item.amount for item in chosen) == target
    }


def shape(items: list[Item]) -> tuple[tuple[tuple[int, int, str], int], ...]:
    return tuple(sorted(Counter((item.amount, item.day, item.purse) for item in items).items()))


@given(target=st.integers(-80, 120), items=ITEMS)
@settings(max_examples=400, deadline=None)
def test_all_sets_that_brute_force_finds_and_no_others_are_found(target: int, items: list[Item]) -> None:
    by_key = {item.key: item for item in items}
    expected = by_brute_force(target, items)

    found = covering_sets(target, items, most=1000)

    assert len(found) == len(expected)
    assert {shape([by_key[key] for key in keys]) for keys in found} == expected
    assert all(sum(by_key[key].amount for key in keys) == target for keys in found)


def test_the_largest_first_would_miss_it() -> None:
    items = [Item("60", 6000), Item("50", 5000, 1), Item("50 again", 5000, 2), Item("30", 3000)]

    assert covering_sets(10_000, items) == [("50", "50 again")]


def test_interchangeable_items_are_one_set_of_the_earlier_ones() -> None:
    items = [Item("c", 40), Item("b", 40), Item("a", 60), Item("of another day", 40, 1)]

    assert covering_sets(100, items[:3]) == [("a", "b")]
    assert sorted(covering_sets(100, items)) == [("a", "b"), ("a", "of another day")]
    assert count_of_sets(items) == 3 * 2 * 2


def test_negative_amounts_are_netted() -> None:
    items = [Item("one", 5000), Item("two", 4000), Item("negative batch", -1234)]

    assert covering_sets(7766, items) == [("negative batch", "one", "two")]
    assert covering_sets(-1234, items) == [("negative batch",)]


def test_only_set_among_three_thousand_items_is_found() -> None:
    rng = Random(3)
    # Doubling amounts make every sum in one way only; thousands of others are too large to take part.
    few = [Item(f"s{place}", 3 * 2**place) for place in range(20)]
    many = [Item(f"m{place}", rng.randrange(3 * 2**20, 3 * 2**23), place % 10) for place in range(2980)]
    planted = tuple(sorted(item.key for item in few[::3]))

    assert covering_sets(sum(3 * 2**place for place in range(0, 20, 3)), many + few) == [planted]


def test_uniqueness_is_proved_among_three_thousand_items_that_all_fit() -> None:
    rng = Random(5)
    # All fit, any two are too much, and only one has a rest that is there.
    amounts = rng.sample(range(1_300_001, 2_400_000), 2999)
    many = [Item(f"m{amount}", amount, place % 10) for place, amount in enumerate(amounts)]

    found = covering_sets(max(amounts) + 123_457, [*many, Item("rest", 123_457)])

    assert found == [(f"m{max(amounts)}", "rest")]


def test_two_sets_among_three_thousand_random_items_prove_that_the_amount_decides_nothing() -> None:
    rng = Random(7)
    items = [Item(f"p{place:04}", rng.randrange(10_000, 5_000_000), place // 300) for place in range(3000)]
    amounts = {item.key: item.amount for item in items}
    target = sum(amounts[key] for key in ("p0007", "p1500", "p2999"))

    found = covering_sets(target, items, most=3)

    assert len({*found}) == 3
    assert all(sum(amounts[key] for key in keys) == target for keys in found)


def test_what_is_too_large_is_given_up_and_never_guessed() -> None:
    rng = Random(9)
    items = [Item(f"p{place}", rng.randrange(10**13, 10**14)) for place in range(60)]

    with pytest.raises(TooManyError):
        covering_sets(sum(item.amount for item in items[:9]), items)

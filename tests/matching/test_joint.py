"""Several amounts on the same items: certain sets are taken, what they leave decides others, a conflict nothing."""

from itertools import permutations

from tieout.matching.covering_sets import Item
from tieout.matching.joint import Answer, Target, solve

P = {name: Item(name, amount, day) for day, (name, amount) in enumerate(
    {"p60": 60_011, "p40": 39_989, "p70": 70_017, "p30": 29_983, "p25": 25_003, "p25 again": 25_003}.items()
)}  # fmt: skip


def target(key: str, amount: int, *names: str) -> Target:
    return Target(key, amount, (tuple(P[name] for name in names),))


def solve_in_any_order(*targets: Target) -> Answer:
    answers = [solve(order) for order in permutations(targets)]
    assert all(answer == answers[0] for answer in answers)
    return answers[0]


def test_what_one_takes_decides_another() -> None:
    answer = solve_in_any_order(
        target("c1", 100_000, "p60", "p40", "p70", "p30"),
        target("c2", 100_000 + 25_003, "p60", "p40", "p25"),
    )

    assert answer.taken == {"c1": ("p30", "p70"), "c2": ("p25", "p40", "p60")}
    assert answer.open == {}


def test_two_that_need_the_same_item_take_nothing() -> None:
    answer = solve_in_any_order(target("c1", 100_000, "p60", "p40"), target("c2", 39_989 + 25_003, "p40", "p25"))

    assert answer.taken == {}
    assert {key: decision.kind for key, decision in answer.open.items()} == {"c1": "one", "c2": "one"}


def test_nothing_is_taken_that_leaves_another_with_nothing() -> None:
    answer = solve_in_any_order(
        target("c1", 100_000, "p60", "p40"),
        target("c2", 39_989 + 25_003, "p40", "p25", "p25 again"),
    )

    assert answer.taken == {}


def test_interchangeable_items_serve_as_many_as_there_are() -> None:
    twice = tuple(Item(f"{name} {copy}", P[name].amount, 1) for name in ("p60", "p40") for copy in "ab")

    answer = solve_in_any_order(*(Target(f"c{number}", 100_000, (twice,)) for number in (1, 2)))
    too_many = solve([Target(f"c{number}", 100_000, (twice,)) for number in (1, 2, 3)])

    assert answer.taken == {"c1": ("p40 a", "p60 a"), "c2": ("p40 b", "p60 b")}
    assert too_many.taken == {}


def test_a_target_that_is_part_of_another_needs_no_set_of_its_own() -> None:
    credits = (Item("c1", 60_011), Item("c2", 39_989))

    answer = solve_in_any_order(
        Target("p100", 100_000, (credits,)), target("c1", 60_011, "p25"), target("c2", 39_989, "p25")
    )

    assert answer.taken == {"p100": ("c1", "c2")}
    assert answer.open == {}

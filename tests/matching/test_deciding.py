"""One amount: the only set is taken, several are reported, and among very many only orderly sets count."""

from random import Random

from tieout.matching.covering_sets import Item
from tieout.matching.deciding import MOST_SHOWN, decide


def shops_paid_daily(rng: Random, days: int = 10, shops: int = 4) -> list[Item]:
    return [
        Item(f"{day:02}-{shop}", rng.randrange(100_000, 900_000), day, f"shop {shop}")
        for day in range(days)
        for shop in range(shops)
    ]


def test_only_set_is_taken() -> None:
    items = [Item("a", 61_234), Item("b", 38_766, 1), Item("c", 20_001, 2)]

    assert decide(100_000, [items]).sets == (("a", "b"),)
    assert decide(100_000, [items]).kind == "one"
    assert decide(99_999, [items]).kind == "none"


def test_two_sets_among_few_are_reported_even_if_one_is_orderly() -> None:
    items = [Item("a", 61_234), Item("b", 38_766), Item("c", 20_001, 1), Item("d", 79_999, 2)]

    decision = decide(100_000, [items])

    assert decision.kind == "several"
    assert set(decision.sets) == {("a", "b"), ("c", "d")}


def test_pools_are_never_mixed_and_decide_together() -> None:
    before_fees = [Item("a", 5000), Item("b", 4000)]
    after_fees = [Item("a", 4990), Item("b", 3990)]

    assert decide(8980, [before_fees, after_fees]).sets == (("a", "b"),)
    assert decide(8990, [before_fees, after_fees]).kind == "none"
    assert decide(9000, [before_fees, [Item("c", 9000)]]).kind == "several"


def test_among_very_many_the_payouts_of_one_day_are_one_credit() -> None:
    for seed in range(10):
        items = shops_paid_daily(Random(seed))
        day = [item for item in items if item.day == 4]

        decision = decide(sum(item.amount for item in day), [items])

        assert decision.kind == "one", seed
        assert decision.sets == (tuple(item.key for item in day),)


def test_among_thousands_whole_days_in_a_row_are_one_credit() -> None:
    items = shops_paid_daily(Random(1), days=300, shops=10)
    run = [item for item in items if item.purse == "shop 3" and 200 <= item.day < 207]

    decision = decide(sum(item.amount for item in run), [items])

    assert decision.kind == "one"
    assert set(decision.sets[0]) == {item.key for item in run}


def test_among_very_many_a_disorderly_set_is_chance() -> None:
    items = shops_paid_daily(Random(2))
    disorderly = [items[1], items[7], items[14], items[22], items[39]]

    decision = decide(sum(item.amount for item in disorderly), [items])

    assert decision.kind == "chance"
    assert len(decision.sets) == MOST_SHOWN


def test_two_orderly_sets_among_very_many_are_reported() -> None:
    items = shops_paid_daily(Random(3))
    first, second = items[0], items[1]
    twins = [Item("twin a", first.amount - 7, 9, "shop 0"), Item("twin b", second.amount + 7, 9, "shop 0")]

    assert decide(first.amount + second.amount, [items + twins]).kind == "several"

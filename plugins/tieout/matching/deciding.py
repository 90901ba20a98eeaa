"""What covering sets say of one amount: which set it is, that there is none, or that several could be it.

A set that is the only one is taken. Where there are several, two cases differ. Among few candidates a second set is
hardly ever chance, so nothing is decided. Among many, sets reach any amount by chance, and that there are several says
nothing; then only orderly sets count (of one purse, of one day, of whole days in a row), and only where these are so
few that one of them is hardly ever right by chance.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Literal

from tieout.matching.covering_sets import Item, TooManyError, count_of_sets, covering_sets

Keys = tuple[str, ...]

MOST_SHOWN = 3
"""Sets that are named where several could be it."""

_REAL, _CERTAIN = 20, 1000
"""A set is chance where it is one of as many as there are amounts; it is no chance where it is one in so many."""


@dataclass(frozen=True)
class Decision:
    """What explains an amount: one set, none, several of them, or any by chance; `sets` shows MOST_SHOWN at most."""

    kind: Literal["one", "none", "several", "chance"]
    sets: tuple[Keys, ...] = ()


def decide(target: int, pools: Sequence[Sequence[Item]]) -> Decision:
    """Decide an amount by all its pools together; items of two pools are never in one set.

    Pools are different readings of what may pay an amount: before and after fees, in one account and in another.
    """
    decisions = [_decide(target, pool) for pool in pools]
    sets = tuple(sorted({keys for decision in decisions for keys in decision.sets}))[:MOST_SHOWN]
    kinds = {decision.kind for decision in decisions}
    if "several" in kinds or (len(sets) > 1 and "one" in kinds):
        return Decision("several", sets)
    if "one" in kinds:
        return Decision("one", sets)
    return Decision("chance", sets) if "chance" in kinds else Decision("none")


def _decide(target: int, items: Sequence[Item]) -> Decision:
    try:
        found = covering_sets(target, items, MOST_SHOWN)
    except TooManyError:
        found = None
    if found is not None and len(found) <= 1:
        return Decision("one" if found else "none", tuple(found))
    chances = sum(abs(item.amount) for item in items)
    if found and count_of_sets(items) * _REAL <= chances:
        return Decision("several", tuple(found))
    try:
        orderly = _find_orderly(target, items, chances // _CERTAIN)
    except TooManyError:
        orderly = []
    if orderly:
        return Decision("one" if len(orderly) == 1 else "several", tuple(orderly[:MOST_SHOWN]))
    return Decision("chance", tuple(found or ()))


def _find_orderly(target: int, items: Sequence[Item], certain: int) -> list[Keys]:
    """Find the sets of all orders together, from those with the fewest sets on, up to as many as are certain."""
    by_purse = _parts(items, lambda item: item.purse)
    orders = [by_purse, _parts(items, lambda item: item.day), _parts(items, lambda item: (item.purse, item.day))]
    found, count = set[Keys](), 0
    for part in (items, *by_purse):
        days = len({item.day for item in part})
        count += days * (days + 1) // 2
        found |= set(_runs(part, target)) if count <= certain else set()
    if count > certain:
        return []
    for size, parts in sorted([(sum(map(count_of_sets, parts)), parts) for parts in orders], key=lambda one: one[0]):
        count += size
        if count <= certain:
            found |= {keys for part in parts for keys in covering_sets(target, part, MOST_SHOWN)}
    return sorted(found)


def _parts(items: Sequence[Item], order: Callable[[Item], Hashable]) -> list[list[Item]]:
    parts: defaultdict[Hashable, list[Item]] = defaultdict(list)
    for item in items:
        parts[order(item)].append(item)
    return list(parts.values())


def _runs(items: Sequence[Item], target: int) -> list[Keys]:
    """Give all that was made on days in a row, for those first and last days between which it comes to the target."""
    days = sorted(_parts(items, lambda item: item.day), key=lambda part: part[0].day)
    totals = [sum(item.amount for item in day) for day in days]
    found = []
    for first in range(len(days)):
        total = 0
        for last in range(first, len(days)):
            total += totals[last]
            if total == target:
                found.append(tuple(sorted(item.key for day in days[first : last + 1] for item in day)))
    return found

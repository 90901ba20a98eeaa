"""Exact covering sets: which sets of items add up to an amount. Pure: integers in, sets of keys out.

Amounts are integers of the minor unit (fen, cents) and may be negative. Items of one amount, day and purse are
interchangeable: sets that differ in nothing else are the same set, made of the earlier keys.

The search halves the items, asks which sums of one half the other half completes, and goes on inside both halves for
each such split: every step leads to a set, so that three sets cost little more than one. Sums are kept as bits of one
large integer where amounts are small, as a set of numbers where items are few.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from math import gcd

_MOST_BITS = 40_000_000_000
"""Bits that the sums of all items may take together before a search is given up: some three seconds of work."""
_MOST_SUMS = 400_000
"""Sums that one half may have where they are kept one by one."""
_FIRST_GLANCE = 24


@dataclass(frozen=True)
class Item:
    """Something that may be part of a sum: `day` is any count of days, `purse` whatever keeps items together."""

    key: str
    amount: int
    day: int = 0
    purse: str = ""


@dataclass(frozen=True)
class _Kind:
    """Interchangeable items: all of one amount, in the order in which they are taken."""

    amount: int
    keys: tuple[str, ...]


class TooManyError(Exception):
    """The items and amounts are too many for an exact search; nothing is known."""


def covering_sets(target: int, items: Sequence[Item], most: int = 2) -> list[tuple[str, ...]]:
    """Find up to `most` different non-empty sets of items whose amounts add up to `target`, each as sorted keys.

    Fewer than `most` are all there are. Raises TooManyError where that cannot be found out in bounded time and memory.
    """
    if target < 0:
        return covering_sets(-target, [Item(item.key, -item.amount, item.day, item.purse) for item in items], most)
    kinds = _kinds(items)
    # Few items may already show enough sets, and then the others need no look.
    for count in _glances(len(kinds)):
        found = list(islice(_sets(kinds[:count], target), most))
        if len(found) >= most:
            break
    return found


def count_of_sets(items: Sequence[Item]) -> int:
    """Count the sets that can be made of the items, the empty one included and interchangeable items told apart not."""
    count = 1
    for kind in _kinds(items):
        count *= len(kind.keys) + 1
    return count


def _kinds(items: Sequence[Item]) -> list[_Kind]:
    alike: defaultdict[tuple[int, str, int], list[str]] = defaultdict(list)
    for item in items:
        if item.amount:
            alike[item.day, item.purse, item.amount].append(item.key)
    return [_Kind(amount, tuple(sorted(keys))) for (_, _, amount), keys in sorted(alike.items())]


def _glances(count: int) -> Iterator[int]:
    glance = _FIRST_GLANCE
    while glance < count:
        yield glance
        glance *= 4
    yield count


def _sets(kinds: list[_Kind], target: int) -> Iterator[tuple[str, ...]]:
    """Give the covering sets. Without signs: a negative amount is in unless its positive opposite is taken."""
    unit = gcd(target, *(kind.amount for kind in kinds))
    if unit == 0:
        return
    owed = target - sum(kind.amount * len(kind.keys) for kind in kinds if kind.amount < 0)
    fitting = [kind for kind in kinds if abs(kind.amount) <= owed]
    sizes = [(abs(kind.amount) // unit, len(kind.keys)) for kind in fitting]
    for counts in _counts(sizes, owed // unit, _MOST_BITS):
        taken: list[str] = []
        for kind, count in zip(fitting, counts, strict=True):
            taken += kind.keys[: count if kind.amount > 0 else len(kind.keys) - count]
        if taken:
            yield tuple(sorted(taken))


def _counts(sizes: list[tuple[int, int]], target: int, bits: int) -> Iterator[tuple[int, ...]]:
    """Give how many of each size (amount, at most so many) make the target, in every way; all numbers are positive."""
    if target < 0 or target > sum(amount * most for amount, most in sizes):
        return
    if not sizes:
        yield ()
        return
    if len(sizes) == 1:
        amount, _ = sizes[0]
        if target % amount == 0:
            yield (target // amount,)
        return
    middle = len(sizes) // 2
    first, second = sizes[:middle], sizes[middle:]
    for split in _splits(first, second, target, bits):
        for left in _counts(first, split, bits):
            for right in _counts(second, target - split, bits):
                yield left + right


def _splits(first: list[tuple[int, int]], second: list[tuple[int, int]], target: int, bits: int) -> Iterator[int]:
    """Give each sum of the first sizes that the second ones complete to the target."""
    ups, downs = _shifts(first), _shifts(second)
    work, are_few = (len(ups) + len(downs)) * target, 2 ** max(len(ups), len(downs)) <= _MOST_SUMS
    if are_few and work > bits // 8:
        sums, rests = {0}, {target}
        for shift in ups:
            sums |= {total + shift for total in sums if total + shift <= target}
        for shift in downs:
            rests |= {rest - shift for rest in rests if rest >= shift}
        yield from sorted(sums & rests)
    elif work <= bits:
        yield from _dense(ups, downs, target)
    else:
        raise TooManyError


def _dense(first: list[int], second: list[int], target: int) -> Iterator[int]:
    """Bit n of an integer stands for the sum n."""
    sums, mask = 1, (1 << (target + 1)) - 1
    for shift in first:
        sums |= (sums << shift) & mask
    rests = 1 << target
    for shift in second:
        rests |= rests >> shift
    both = sums & rests
    while both:
        lowest = both & -both
        yield lowest.bit_length() - 1
        both ^= lowest


def _shifts(sizes: list[tuple[int, int]]) -> list[int]:
    """Give amounts of which every sum of the sizes can be made: of five equal ones 1, 2 and 2 together."""
    shifts = []
    for amount, most in sizes:
        left, step = most, 1
        while left:
            step = min(step, left)
            shifts.append(amount * step)
            left -= step
            step *= 2
    return shifts

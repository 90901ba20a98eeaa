"""Several amounts that draw on the same items: what is taken for one is gone for the others.

An amount with one set takes it, and that may leave another amount with one set, or with none. It is not taken where
another amount would be left with nothing that had something before: then one of the two is unexplained, and which one
is not known.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tieout.matching.covering_sets import Item
from tieout.matching.deciding import Decision, Keys, decide


@dataclass(frozen=True)
class Target:
    """An amount to be explained, with the pools of items that may explain it. It may itself be an item of another."""

    key: str
    amount: int
    pools: tuple[tuple[Item, ...], ...]

    def left(self, used: set[str]) -> list[list[Item]]:
        """Give the pools without what is used."""
        return [[item for item in pool if item.key not in used] for pool in self.pools]

    def like(self, keys: Keys) -> set[str]:
        """Give the items that may stand in the place of some of its items, these among them."""
        items = [item for pool in self.pools for item in pool]
        kinds = {(item.amount, item.day, item.purse) for item in items if item.key in keys}
        return {item.key for item in items if (item.amount, item.day, item.purse) in kinds}

    def decide(self, used: set[str]) -> Decision:
        """Decide it by what is left."""
        return decide(self.amount, self.left(used))


@dataclass(frozen=True)
class Answer:
    """What became of all targets: the set that each one takes, and what is open with why."""

    taken: Mapping[str, Keys]
    open: Mapping[str, Decision]


def solve(targets: Sequence[Target]) -> Answer:
    """Take the sets that are certain, again and again until nothing new follows. The order of targets decides nothing.

    A target that is an item of a set that was taken is explained by that and has no answer of its own.
    """
    waiting = {target.key: target for target in sorted(targets, key=lambda target: target.key)}
    users = _users(waiting.values())
    used: set[str] = set()
    taken: dict[str, Keys] = {}
    decisions = {key: target.decide(used) for key, target in waiting.items()}
    while True:
        chosen = _choose(waiting, decisions, used, users)
        if not chosen:
            return Answer(taken, {key: decisions[key] for key in waiting})
        taken |= chosen
        gone = {key for target, keys in chosen.items() for key in (target, *keys)}
        used |= gone
        touched = {key for item in gone for key in users.get(item, ())}
        waiting = {key: target for key, target in waiting.items() if key not in gone}
        decisions |= {key: waiting[key].decide(used) for key in sorted(touched & waiting.keys())}


def _choose(
    waiting: Mapping[str, Target], decisions: Mapping[str, Decision], used: set[str], users: Mapping[str, set[str]]
) -> dict[str, Keys]:
    """Choose the targets with one set that leave nobody else empty-handed."""
    chosen: dict[str, Keys] = {}
    takers: dict[str, str] = {}
    refused: set[str] = set()
    for key, target in waiting.items():
        if decisions[key].kind != "one":
            continue
        # Others may have taken items that are as good as the ones that it had in mind.
        decision = target.decide(used | takers.keys())
        if decision.kind == "one" and key not in takers:
            chosen[key] = decision.sets[0]
            takers |= dict.fromkeys((key, *decision.sets[0]), key)
        else:
            refused |= {key} | {takers[item] for item in (key, *target.like(decisions[key].sets[0])) if item in takers}
    touched = {key for item in takers for key in users.get(item, ())} - chosen.keys() - takers.keys() - refused
    for key in sorted(touched):
        if decisions[key].kind == "several" and waiting[key].decide(used | takers.keys()).kind == "none":
            refused |= {takers[item.key] for pool in waiting[key].pools for item in pool if item.key in takers}
    return {key: keys for key, keys in chosen.items() if key not in refused}


def _users(targets: Iterable[Target]) -> dict[str, set[str]]:
    users: dict[str, set[str]] = {}
    for target in targets:
        for pool in target.pools:
            for item in pool:
                users.setdefault(item.key, set()).add(target.key)
    return users

"""Faults planted into a made-up month, one an order at most, and what they must be found as."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from bench.columns import DAY, Numbers
from bench.purchases import DOUYIN, PART, RETURN, Plan, Purchases

ORDER_CODES = ("OP01", "OP02", "OP03", "OP04", "OP05", "RF01", "RF02", "RF03", "RF05", "RF13",
               "ST01", "ST02", "ST03", "ST04", "ST05", "ST06")  # fmt: skip
OFF = 137
"""Fen by which a wrong amount is wrong."""
STRAY_DAYS = 8
"""Days from a payment to a refund of it that nobody asked for."""


@dataclass
class Key:
    """The answers: code, the entity's identifier, and the fen that it is about, without their sign."""

    answers: list[tuple[str, str, int]] = field(default_factory=list)

    def add(self, code: str, ids: list[str], fen: Numbers) -> None:
        """Note the answers of a code."""
        self.answers += [(code, one, abs(int(amount))) for one, amount in zip(ids, fen, strict=True)]


def fault(code: str) -> int:
    """The number by which a column knows a code; 0 is none."""
    return ORDER_CODES.index(code) + 1


def plant(plan: Plan, drawn: Purchases, missing: dict[str, int]) -> None:
    """Mark orders of an early day with what is wrong with them; `missing` counts what is still to come of each code."""
    if drawn.day >= plan.early:
        return
    random = np.random.default_rng([plan.seed, drawn.day, 1])
    free = np.ones(len(drawn.index), bool)
    for code, fitting in _fitting(plan, drawn):
        share = -(-missing[code] // (plan.early - drawn.day))
        at = np.flatnonzero(fitting & free)
        chosen = random.permutation(at)[:share]
        free[chosen] = False
        drawn.fault[chosen] = fault(code)
        missing[code] -= len(chosen)


def _fitting(plan: Plan, drawn: Purchases) -> Iterator[tuple[str, Numbers]]:
    """Give the orders that each fault may befall: those of which it shows, and is due, before the end."""
    has_refund = (drawn.case == PART) | (drawn.case == RETURN)
    is_plain = ~drawn.is_unpaid & (drawn.case == 0) & (drawn.owed > 10 * OFF)
    is_big = has_refund & (drawn.refund > 10 * OFF)
    yield "OP04", drawn.is_channel & drawn.is_unpaid
    is_refunded, is_settled = drawn.refunded < plan.end - 6 * DAY, drawn.completed < plan.end - 6 * DAY
    yield "RF13", (drawn.platform == DOUYIN) & is_big & is_refunded & is_settled
    for code in ("RF01", "RF03", "RF05"):
        yield code, drawn.is_channel & is_big & is_refunded
    yield "RF02", drawn.is_channel & is_plain & (drawn.paid < plan.end - STRAY_DAYS * DAY)
    for code in ("OP01", "OP02", "OP03", "OP05"):
        yield code, drawn.is_channel & is_plain
    for code in ("ST01", "ST02", "ST03", "ST04", "ST05", "ST06"):
        yield code, ~drawn.is_channel & is_plain & is_settled

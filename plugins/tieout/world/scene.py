"""What faults and look-alikes work with: the generator, the story-tellers, the answer key, and what is due when."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from tieout.world import tariffs
from tieout.world.aftersales import AfterSales
from tieout.world.life import Order
from tieout.world.merchant import WECHAT_LEGACY
from tieout.world.numbering import Numbers
from tieout.world.stories import Stories
from tieout.world.truth import Truth

PAYMENT_DUE, REFUND_DUE, PAYOUT_DUE = timedelta(days=2), timedelta(days=3), timedelta(days=3)
"""How long a payment, a refund's outflow and a payout's credit may take before they are reported."""
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Scene:
    """One world while it is being written; `last` is the last day of which there are files."""

    rng: Random
    numbers: Numbers
    stories: Stories
    aftersales: AfterSales
    truth: Truth
    first: date
    last: date

    def day(self, index: int) -> date:
        """Give a day of the world, 0 being the first."""
        return self.first + timedelta(days=index)


Twist = Callable[[Order, Scene], bool]
"""Changes an order's story and notes it in the answer key; False if this order does not lend itself to it."""


def twistable(order: Order) -> bool:
    """Whether an order is plain: paid once through a channel, on the day it says, with nothing else to it.

    The old WeChat account is left alone: one of its bills is never readable, and everything in it is a consequence.
    """
    return (
        bool(order.account and order.paid_at and order.completed_at and len(order.payments) == 1)
        and not (order.refunds or order.outflows or order.is_merged or order.stages or order.cashback)
        and order.owed > 3000
        and order.account != WECHAT_LEGACY
        and order.paid_at is not None
        and order.paid_at.time() < time(22)
        and order.created_at.date() == order.paid_at.date()
    )


def place_paid_at(order: Order, at: time, payment_after: timedelta) -> datetime:
    """Shift a plain order so that it is paid at an hour of its day, and its payment lies so long after (or before)."""
    paid_at = order.paid_at or order.created_at
    target = datetime.combine(paid_at.date(), at)
    order.shift(target - paid_at)
    order.created_at = datetime.combine(paid_at.date(), time(21, 30)) if at.hour > 21 else order.created_at
    payment = order.payments[0]
    payment.at = target + payment_after
    payment.fee = tariffs.fee(payment.account, payment.at.date(), payment.amount)
    return target


class Agenda:
    """Which twist is due at which place: it waits for the first thing from its place on that lends itself to it."""

    def __init__(self, rng: Random, size: int) -> None:
        """Take the number of places."""
        self._rng, self._size = rng, size
        self._waiting: list[tuple[int, int, Callable[..., bool]]] = []
        self._place = 0

    def spread(self, twists: Sequence[tuple[str, Callable[..., bool]]], each: int, per_cent: int = 80) -> None:
        """Place `each` of every code, shared among its twists, at random in the first `per_cent` of all places."""
        codes, reach = [code for code, _ in twists], max(1, self._size * per_cent // 100)
        for code, twist in twists:
            for _ in range(-(-each // codes.count(code))):
                self._waiting.append((self._rng.randrange(reach), len(self._waiting), twist))
        self._waiting.sort(key=lambda item: item[:2])

    def apply(self, subject: object, scene: Scene) -> bool:
        """Let at most one due twist change the next subject; say whether one did."""
        self._place += 1
        for index, (place, _, twist) in enumerate(self._waiting):
            if place >= self._place:
                break
            if twist(subject, scene):
                del self._waiting[index]
                return True
        return False

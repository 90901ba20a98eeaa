"""A day's purchases of a made-up merchant, drawn as whole columns: who bought what where, and what became of it."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np

from bench.columns import DAY, Numbers

PLATFORMS = ["self", "tmall", "jd", "douyin"]
SELF, TMALL, JD, DOUYIN = range(4)
CHANNELS = ["alipay", "wechat"]
HOUR = 3_600
PRODUCTS = 400
CANCELLED, PART, RETURN = 1, 2, 3
"""What may follow a purchase: refunded before it is sent, in part, or one of its goods comes back."""
_SHARES = (0.30, 0.25, 0.25, 0.20)
_CASE_SHARES = (0.93, 0.01, 0.03, 0.03)


@dataclass(frozen=True)
class Skew:
    """What real merchants have and even data hides, each in rows; 0 is none.

    Orders of one buyer, orders in one payout, orders of one amount on one day, receipts without a reference.
    """

    one_buyer: int = 0
    one_payout: int = 0
    equal_amounts: int = 0
    empty_references: int = 0


@dataclass(frozen=True)
class Plan:
    """A merchant's days: how many orders over how many days from `first`, `faults` of each code, and the seed."""

    orders: int
    days: int = 31
    seed: int = 1
    first: date = date(2026, 5, 1)
    faults: int = 2
    skew: Skew = Skew()

    @property
    def last(self) -> date:
        """The last day, as of which it is to be tied out."""
        return self.first + timedelta(days=self.days - 1)

    @property
    def end(self) -> int:
        """Seconds from the first midnight to the last one."""
        return self.days * DAY

    @property
    def early(self) -> int:
        """Orders of the days before this one are settled, refunded and paid out when the month ends."""
        return max(self.days // 3, 1)

    @property
    def shops(self) -> int:
        """Shops on each platform that settles."""
        return 2 + self.orders // 50_000


class Lines(NamedTuple):
    """Order lines; `order` is the order's place in its day, amounts are fen after the discount."""

    order: Numbers
    number: Numbers
    sku: Numbers
    quantity: Numbers
    unit_price: Numbers
    amount: Numbers


@dataclass
class Purchases:
    """The orders of a day, one column each: fen, seconds since the first midnight, codes."""

    day: int
    index: Numbers
    platform: Numbers
    shop: Numbers
    channel: Numbers
    buyer: Numbers
    ordered: Numbers
    paid: Numbers
    shipped: Numbers
    completed: Numbers
    is_unpaid: Numbers
    lines: Lines
    listed: Numbers
    discount: Numbers
    freight: Numbers
    subsidy: Numbers
    case: Numbers
    applied: Numbers
    signed: Numbers
    refunded: Numbers
    refund: Numbers
    fault: Numbers

    @property
    def owed(self) -> Numbers:
        """What each buyer owes."""
        return self.listed - self.discount + self.freight

    @property
    def is_channel(self) -> Numbers:
        """Whether a payment channel takes the money; else the platform settles."""
        return self.platform <= TMALL

    def is_shipped(self, end: int) -> Numbers:
        """Whether the goods left before `end`."""
        return ~self.is_unpaid & (self.case != CANCELLED) & (self.shipped < end)


def prices() -> Numbers:
    """Fen of each product; the same in every month."""
    return np.random.default_rng(0).integers(990, 39_900, PRODUCTS)


def draw(plan: Plan, day: int) -> Purchases:
    """Draw the orders of a day, without faults; the same for the same plan."""
    random = np.random.default_rng([plan.seed, day])
    begin, stop = (plan.orders * one // plan.days for one in (day, day + 1))
    count = stop - begin
    index = np.arange(begin, stop)
    platform = random.choice(4, count, p=_SHARES)
    shop = random.integers(0, 1 << 30, count) % np.array([2, 1, plan.shops, plan.shops])[platform]
    # A day's last purchase is paid before midnight.
    ordered = np.sort(random.integers(day * DAY, day * DAY + 85_500, count))
    paid = ordered + random.integers(20, 600, count)
    shipped = paid + random.integers(8 * HOUR, 40 * HOUR, count)
    completed = shipped + random.integers(3 * DAY, 6 * DAY, count)
    gathered = _gather(plan, day, count)
    platform[gathered], shop[gathered] = JD, 0
    completed[gathered] = plan.days // 2 * DAY + random.integers(0, DAY, count)[gathered]
    is_equal = np.arange(count) < (plan.skew.equal_amounts if day == plan.early else 0)
    lines, listed, discount = _fill(random, count, is_equal)
    freight = np.where((random.random(count) < 0.1) & ~is_equal, 600, 0)
    takes_subsidy = (platform >= JD) & (discount > 0) & (random.random(count) < 0.4)
    purchases = Purchases(
        day, index, platform, shop, (random.random(count) < np.array([0.5, 0.1, 0, 0])[platform]).astype(int),
        _buyers(plan, random, index), ordered, paid, shipped, completed,
        (random.random(count) < 0.01) & ~is_equal & ~gathered, lines, listed, discount, freight,
        np.where(takes_subsidy, discount, 0), random.choice(4, count, p=_CASE_SHARES),
        *(np.zeros(count, np.int64) for _ in range(5)),
    )  # fmt: skip
    purchases.case[gathered | is_equal] = 0
    _follow(plan, purchases)
    return purchases


def _gather(plan: Plan, day: int, count: int) -> Numbers:
    """Choose the orders that come together in one payout: the first of each day, of days that are sent by its day."""
    gathering = max(plan.days // 2 - 3, 1)
    share = plan.skew.one_payout * (day + 1) // gathering - plan.skew.one_payout * day // gathering
    return np.arange(count) >= count - (share if day < gathering else 0)


def _buyers(plan: Plan, random: np.random.Generator, index: Numbers) -> Numbers:
    buyers = random.integers(1, max(plan.orders // 2, 2), len(index))
    return np.where(index * plan.skew.one_buyer % plan.orders < plan.skew.one_buyer, 0, buyers)


def _fill(random: np.random.Generator, count: int, is_equal: Numbers) -> tuple[Lines, Numbers, Numbers]:
    """Draw lines; the discount is taken off the first one, so that lines add up to what the goods cost the buyer."""
    held = np.where(is_equal, 1, random.choice((1, 2, 3), count, p=(0.7, 0.2, 0.1)))
    order = np.repeat(np.arange(count), held)
    firsts = np.cumsum(held) - held
    sku = random.integers(0, PRODUCTS, len(order))
    quantity = random.choice((1, 1, 1, 1, 2), len(order))
    sku[firsts[is_equal]], quantity[firsts[is_equal]] = 0, 1
    unit_price = prices()[sku]
    amount = unit_price * quantity
    listed = np.bincount(order, amount, count).astype(np.int64)
    has_discount = (random.random(count) < 0.3) & ~is_equal
    discount = np.where(has_discount, amount[firsts] // 1_000 * 100, 0)
    amount[firsts] -= discount
    return Lines(order, np.arange(len(order)) - firsts[order] + 1, sku, quantity, unit_price, amount), listed, discount


def _follow(plan: Plan, drawn: Purchases) -> None:
    """Let cases take their course. What would not be refunded in time before the end is no case."""
    day = np.int64(DAY)
    first_line = drawn.lines.amount[drawn.lines.number == 1]
    applied = [drawn.paid, drawn.paid + HOUR, drawn.shipped + 2 * day, drawn.completed + day]
    refunded = [drawn.paid, drawn.paid + 2 * HOUR, drawn.shipped + 3 * day, drawn.completed + 4 * day]
    drawn.applied = np.choose(drawn.case, applied)
    drawn.refunded = np.choose(drawn.case, refunded)
    drawn.signed = drawn.applied + 2 * day
    drawn.refund = np.choose(drawn.case, [0 * first_line, drawn.owed, np.maximum(drawn.owed // 5, 1), first_line])
    possible = ~drawn.is_unpaid & (drawn.subsidy == 0) & (drawn.refund > 0) & (drawn.refunded < plan.end - 3 * day)
    drawn.case[~possible] = 0
    drawn.refund[~possible] = 0

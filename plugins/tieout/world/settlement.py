"""How JD and Douyin settle: their contracts, and the lines that each order brings in the batches to come."""

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from random import Random

from tieout.world import merchant
from tieout.world.life import Fee, Order, Refund, Settlement
from tieout.world.scene import DAY

Dated = tuple[date, Settlement]
_INSURED, _PENALISED, _COMPENSATED = 0.10, 0.20, 0.02
_INSURANCE, _SERVICE_FEE = 65, 9900


def contract_rows(first: date) -> list[tuple[str, ...]]:
    """Give the platforms' contracts as rows of the open format: each one's own, of a category, and what follows it."""
    since, fee = date(first.year, 1, 1), f"0.{merchant.PLATFORM_CHANNEL_FEE_PER_MILLE:03d}"

    def row(platform: str, category: str, valid: tuple[date, date], per_cent: int) -> tuple[str, ...]:
        return (
            platform, "", category, valid[0].isoformat(), valid[1].isoformat(), f"0.{per_cent:02d}", "buyer_paid",
            "true", fee, "false", "half_up", str(merchant.SETTLE_DAYS), "completed", "3",
        )  # fmt: skip

    until, rows = date(first.year + 1, 12, 31), []
    for platform, per_cent in merchant.PLATFORM_COMMISSION_PER_CENT.items():
        replaced = merchant.NEW_COMMISSION_PER_CENT.get(platform)
        rows.append(row(platform, "", (since, replaced[0] - DAY if replaced else until), per_cent))
        if replaced:
            rows.append(row(platform, "", (replaced[0], until), replaced[1]))
    for (platform, category), per_cent in merchant.CATEGORY_COMMISSION_PER_CENT.items():
        rows.append(row(platform, category, (since, until), per_cent))
    return rows


def settle(order: Order, rng: Random) -> None:
    """Add to an order's story, once, how its platform settles it; an order that never completes is not settled."""
    if order.settlement is not None or order.platform not in merchant.PLATFORM_COMMISSION_PER_CENT:
        return
    order.settlement = []
    if order.completed_at is None:
        return
    day = order.completed_at.date() + merchant.SETTLE_AFTER * DAY
    order.settlement += [(day, line) for line in _sale_lines(order)]
    for refund in order.refunds:
        order.settlement += list(refund_lines(order, refund))
    if rng.random() < _INSURED:
        word = "运费险" if order.platform == "douyin" else "insurance"
        order.settlement.append((day, _line(order, word, -_INSURANCE)))
    if rng.random() < _COMPENSATED:
        amount = rng.randrange(500, 3000)
        order.settlement.append((day, _line(order, "compensation", -amount)))
        order.fees.append(Fee(order.platform, order.order_id, amount, day))


def _sale_lines(order: Order) -> list[Settlement]:
    channel_fee = _rounded(Fraction(order.owed * merchant.PLATFORM_CHANNEL_FEE_PER_MILLE, 1000))
    lines = (
        ("sale", order.owed), ("subsidy", order.subsidy), ("commission", -commission(order)),
        ("channel_fee", -channel_fee),
    )  # fmt: skip
    return [_line(order, kind, amount) for kind, amount in lines if amount]


def refund_lines(order: Order, refund: Refund) -> Iterator[Dated]:
    """Give the lines of a refund: what the buyer got, and the commission on it given back."""
    if refund.refunded_at is None:
        return
    day = refund.refunded_at.date() + DAY
    back = _rounded(_exact_commission(order) * refund.amount / order.owed)
    for kind, amount in (("refund", -refund.amount), ("commission_reversal", back)):
        yield day, _line(order, kind, amount, refund.refund_id)


def commission(order: Order) -> int:
    """Give an order's commission in fen: each line's share at its category's rate, rounded once, half up."""
    return _rounded(_exact_commission(order))


def _exact_commission(order: Order) -> Fraction:
    per_cent = merchant.PLATFORM_COMMISSION_PER_CENT[order.platform]
    changed = merchant.NEW_COMMISSION_PER_CENT.get(order.platform)
    if changed and order.paid_at and order.paid_at.date() >= changed[0]:
        per_cent = changed[1]
    total = sum(line.amount for line in order.lines)
    parts = (
        Fraction(merchant.CATEGORY_COMMISSION_PER_CENT.get((order.platform, line.product.category), per_cent), 100)
        * Fraction(order.owed * line.amount, total)
        for line in order.lines
    )
    return sum(parts, Fraction(0))


def platform_charges(platform: str, day: date, rng: Random) -> tuple[list[Settlement], list[Fee]]:
    """Give what a platform charges a shop and no order for: its monthly service fee, and now and then a penalty."""
    charges, fees = [], []
    if day.day == 10:
        charges.append(
            Settlement(platform, "", "", "技术服务费" if platform == "douyin" else "service_fee", -_SERVICE_FEE)
        )
    if rng.random() < _PENALISED:
        amount = 100 * rng.randrange(5, 60)
        charges.append(Settlement(platform, "", "", "违规扣款" if platform == "douyin" else "penalty", -amount))
        fees.append(Fee(platform, "", amount, day + timedelta(days=rng.choice((0, 0, 1)))))
    return charges, fees


def _line(order: Order, kind: str, amount: int, refund_id: str = "") -> Settlement:
    return Settlement(order.platform, order.order_id, refund_id, kind, amount)


def _rounded(amount: Fraction) -> int:
    return (2 * amount.numerator + amount.denominator) // (2 * amount.denominator)

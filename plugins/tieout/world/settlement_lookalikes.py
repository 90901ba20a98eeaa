"""What only looks wrong in a settlement, and must not be reported."""

from datetime import timedelta

from tieout.world import merchant
from tieout.world.life import Fee, Order, Settlement
from tieout.world.scene import DAY, Scene, Twist
from tieout.world.settled_orders import add, completed_on, find, refunded, repeat, settled
from tieout.world.truth import LOOKALIKE, TIMING

_SPECIAL = merchant.CATEGORY_COMMISSION_PER_CENT


def settle_late(order: Order, scene: Scene) -> bool:
    """ST01: settled in the last days in which it may be."""
    late = timedelta(days=merchant.SETTLE_DAYS - merchant.SETTLE_AFTER - 1)
    lines = settled(order, scene, late)
    if not lines:
        return False
    order.settlement = [(day + late, line) for day, line in lines]
    order.fees = [Fee(fee.platform, fee.order_id, fee.amount, fee.day + late) for fee in order.fees]
    return _seem(scene, "ST01", order, "settled a day before it was due")


def charge_shop(order: Order, scene: Scene) -> bool:
    """ST02: a charge on the shop beside an order's lines, which names no order."""
    lines = settled(order, scene)
    if not lines:
        return False
    lines.append((lines[0][0], Settlement(order.platform, "", "", "service_fee", -scene.rng.randrange(500, 3000))))
    return _seem(scene, "ST02", order, "a charge of the shop, of no order")


def settle_in_parts(order: Order, scene: Scene) -> bool:
    """ST03: a part first, the rest as an adjustment the next day."""
    lines = settled(order, scene)
    if not lines:
        return False
    sale = find(lines, "sale")
    rest = sale.amount // 3
    sale.amount -= rest
    add(lines, order, "adjustment", rest, DAY)
    return _seem(scene, "ST03", order, "partial settlement, then an adjustment", days=3)


def charge_by_contract(order: Order, scene: Scene) -> bool:
    """ST04: another rate than usual, by a new contract or for goods of a category."""
    changed = merchant.NEW_COMMISSION_PER_CENT.get(order.platform)
    is_new = bool(changed and order.paid_at and order.paid_at.date() >= changed[0])
    is_special = any((order.platform, line.product.category) in _SPECIAL for line in order.lines)
    if not (is_new or is_special) or not settled(order, scene):
        return False
    return _seem(scene, "ST04", order, "a new contract's rate" if is_new else "a category's own rate")


def repeat_and_reverse(order: Order, scene: Scene) -> bool:
    """ST06: charged twice, and reversed in the same batch."""
    lines = settled(order, scene)
    if not lines:
        return False
    _, line = repeat(lines, "channel_fee")
    add(lines, order, "channel_fee", -line.amount, DAY)
    return _seem(scene, "ST06", order, "charged twice and reversed at once")


def charge_service_fee(order: Order, scene: Scene) -> bool:
    """ST05: a service fee of the order, by the platform's own word."""
    lines = settled(order, scene)
    if not lines:
        return False
    add(lines, order, "技术服务费", -120)
    return _seem(scene, "ST05", order, "a service fee by the platform's own word")


def pay_subsidy_later(order: Order, scene: Scene) -> bool:
    """ST07: the subsidy comes two batches later."""
    lines = settled(order, scene) if order.subsidy else []
    if not lines:
        return False
    order.settlement = [(day + 2 * DAY * (line.type == "subsidy"), line) for day, line in lines]
    return _seem(scene, "ST07", order, "subsidy two days later", days=4)


def book_late(order: Order, scene: Scene) -> bool:
    """ST08: a compensation is booked two days after it was deducted."""
    lines = settled(order, scene)
    if not lines:
        return False
    amount = 100 * scene.rng.randrange(30, 90) + 51
    day = add(lines, order, "compensation", -amount)
    order.fees.append(Fee(order.platform, order.order_id, amount, day + 2 * DAY))
    return _seem(scene, "ST08", order, "booked two days later", days=4)


def refund_in_full(order: Order, scene: Scene) -> bool:
    """RF13: all of the commission comes back with a refund in full, the payment fee stays by contract."""
    refund = refunded(order, scene, share=100)
    return refund is not None and _seem(scene, "RF13", order, "commission given back, payment fee kept by contract")


def _seem(scene: Scene, code: str, order: Order, note: str, days: int = 0) -> bool:
    """Note a look-alike; for so many days from its settlement on its code may be shown, and is gone afterwards."""
    entity, lines = ("order", order.order_id), order.settlement or []
    scene.truth.add(code, LOOKALIKE, entity, from_on=completed_on(order), note=note, order=order)
    if days and lines:
        day = lines[0][0]
        scene.truth.add(code, TIMING, entity, from_on=day, until_on=day + days * DAY, note=note, order=order)
    return True


SETTLEMENT_LOOKALIKES: tuple[tuple[str, Twist], ...] = (
    ("RF13", refund_in_full),
    ("ST01", settle_late),
    ("ST02", charge_shop),
    ("ST03", settle_in_parts),
    ("ST04", charge_by_contract),
    ("ST05", charge_service_fee),
    ("ST06", repeat_and_reverse),
    ("ST07", pay_subsidy_later),
    ("ST08", book_late),
)

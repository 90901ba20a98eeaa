"""What goes wrong when JD and Douyin settle; each fault changes one order's settlement and notes it."""

from datetime import date, timedelta

from tieout.world import merchant
from tieout.world.life import Order, Refund, Settlement
from tieout.world.scene import DAY, Scene, Twist
from tieout.world.settled_orders import add, completed_on, find, refunded, repeat, settled
from tieout.world.truth import FAULT, TIMING

_WAIT = timedelta(days=7)
"""How long a missing part of a settlement, and a document that books a deduction, are waited for at most."""


def never_settle(order: Order, scene: Scene) -> bool:
    """ST01: completed, and in no batch ever."""
    lines = settled(order, scene, merchant.SETTLE_DAYS * DAY)
    if not lines:
        return False
    net = sum(line.amount for _, line in lines if line.type in ("sale", "subsidy", "commission", "channel_fee"))
    order.settlement, order.fees = [], []
    from_on = completed_on(order) + (merchant.SETTLE_DAYS + 1) * DAY
    note, entity = "settled in no batch", ("order", order.order_id)
    scene.truth.add("ST01", FAULT, entity, amount=net, from_on=from_on, note=note, order=order)
    return True


def settle_unknown_order(order: Order, scene: Scene) -> bool:
    """ST02: a line names an order that exists nowhere."""
    lines = settled(order, scene)
    if not lines:
        return False
    number, amount = f"{order.order_id[:-4]}9{scene.rng.randrange(1000):03d}X", scene.rng.randrange(900, 20_000)
    day = lines[0][0]
    lines.append((day, Settlement(order.platform, number, "", "sale", amount)))
    ids = {"platform": order.platform, "order_id": number}
    note = "settlement line of an unknown order"
    scene.truth.add("ST02", TIMING, ("order", number), from_on=day, until_on=day + 2 * DAY, note=note, ids=ids)
    scene.truth.add("ST02", FAULT, ("order", number), amount=amount, from_on=day + 2 * DAY, note=note, ids=ids)
    return True


def settle_less(order: Order, scene: Scene) -> bool:
    """ST03: the sale is settled short."""
    lines = settled(order, scene)
    if not lines:
        return False
    delta = scene.rng.randrange(1, 1500)
    find(lines, "sale").amount -= delta
    return _break(scene, "ST03", order, delta, lines[0][0], "sale settled short")


def adjust_for_nothing(order: Order, scene: Scene) -> bool:
    """ST03: an adjustment that nothing of the order explains."""
    lines = settled(order, scene)
    if not lines:
        return False
    amount = scene.rng.randrange(100, 3000)
    return _break(scene, "ST03", order, amount, add(lines, order, "adjustment", -amount), "adjustment without a cause")


def charge_other_rate(order: Order, scene: Scene) -> bool:
    """ST04: commission at a rate that is in no contract."""
    lines = settled(order, scene)
    if not lines:
        return False
    delta = order.owed * scene.rng.choice((1, 2)) // 100
    find(lines, "commission").amount -= delta
    return _break(scene, "ST04", order, delta, lines[0][0], "commission at another rate")


def round_fee_up(order: Order, scene: Scene) -> bool:
    """ST04: the payment fee is a cent more than its rate gives."""
    lines = settled(order, scene)
    if not lines:
        return False
    find(lines, "channel_fee").amount -= 1
    return _break(scene, "ST04", order, 1, lines[0][0], "payment fee a cent too high")


def charge_unknown(order: Order, scene: Scene) -> bool:
    """ST05: a charge of a kind that nobody knows."""
    lines = settled(order, scene)
    if not lines:
        return False
    amount = scene.rng.randrange(50, 4000)
    return _break(scene, "ST05", order, amount, add(lines, order, "品质保障金", -amount), "charge of an unknown kind")


def charge_twice(order: Order, scene: Scene) -> bool:
    """ST06: the commission stands in two batches, and stays."""
    lines = settled(order, scene)
    if not lines:
        return False
    day, line = repeat(lines, "commission")
    return _break(scene, "ST06", order, line.amount, day, "commission charged twice")


def settle_twice(order: Order, scene: Scene) -> bool:
    """ST06: the sale is settled twice, until the platform takes it back four days later."""
    lines = settled(order, scene)
    if not lines:
        return False
    day, line = repeat(lines, "sale")
    until_on = add(lines, order, "sale", -line.amount, 5 * DAY)
    _break(scene, "ST06", order, line.amount, day, "sale settled twice, taken back later", until_on=until_on)
    return True


def keep_subsidy(order: Order, scene: Scene) -> bool:
    """ST07: the promised subsidy never comes."""
    lines = settled(order, scene, _WAIT + DAY) if order.subsidy else []
    if not lines:
        return False
    lines.remove(next(dated for dated in lines if dated[1].type == "subsidy"))
    return _break(scene, "ST07", order, order.subsidy, lines[0][0] + _WAIT, "subsidy missing", wait=_WAIT)


def take_back_subsidy(order: Order, scene: Scene) -> bool:
    """ST07: a part of the subsidy is taken back without a refund."""
    lines = settled(order, scene) if order.subsidy else []
    if not lines:
        return False
    amount = order.subsidy // 2
    return _break(
        scene, "ST07", order, amount, add(lines, order, "subsidy", -amount, DAY), "a part of the subsidy taken back"
    )


def forget_penalty(order: Order, scene: Scene) -> bool:
    """ST08: a compensation is deducted and stands in no book."""
    lines = settled(order, scene, _WAIT + DAY)
    if not lines:
        return False
    amount = 100 * scene.rng.randrange(30, 90) + 37
    day = add(lines, order, "compensation", -amount)
    return _break(scene, "ST08", order, amount, day + _WAIT, "compensation without a document", wait=_WAIT)


def keep_commission(order: Order, scene: Scene) -> bool:
    """RF13: refunded after its settlement, and the commission on it is not given back."""
    refund = refunded(order, scene, needed=_WAIT)
    if refund is None or order.settlement is None:
        return False
    missing = next(dated for dated in order.settlement if dated[1].type == "commission_reversal")
    order.settlement.remove(missing)
    day = max(missing[0], order.settlement[0][0]) + _WAIT
    note = "commission not given back"
    return _break(scene, "RF13", order, missing[1].amount, day, note, wait=_WAIT, refund=refund)


def give_back_less(order: Order, scene: Scene) -> bool:
    """RF13: too little of the commission is given back."""
    refund = refunded(order, scene)
    if refund is None or order.settlement is None:
        return False
    day, line = next(dated for dated in order.settlement if dated[1].type == "commission_reversal")
    delta = max(1, line.amount // 3)
    line.amount -= delta
    day = max(day, order.settlement[0][0])
    return _break(scene, "RF13", order, delta, day, "too little commission given back", refund=refund)


def _break(  # noqa: PLR0917  (what is noted, in the order in which it is said)
    scene: Scene,
    code: str,
    order: Order,
    amount: int,
    day: date,
    note: str,
    *,
    wait: timedelta = 0 * DAY,
    refund: Refund | None = None,
    until_on: date | None = None,
) -> bool:
    """Note a fault that may be seen from `wait` before a day on, and must be two days after it.

    Batches may be held back by a day, and what is missing is waited for no longer than it ever took.
    """
    from_on, entity = day + 2 * DAY, ("refund", refund.refund_id) if refund else ("order", order.order_id)
    ids, truth = {"refund_id": refund.refund_id} if refund else {}, scene.truth
    truth.add(code, FAULT, entity, amount=amount, from_on=from_on, until_on=until_on, note=note, order=order, ids=ids)
    truth.add(code, TIMING, entity, from_on=day - wait, until_on=from_on, note=note, order=order, ids=ids)
    if until_on:
        truth.add(code, TIMING, entity, from_on=until_on, until_on=until_on + 2 * DAY, note=note, order=order, ids=ids)
    return True


SETTLEMENT_FAULTS: tuple[tuple[str, Twist], ...] = (
    ("RF13", keep_commission),
    ("RF13", give_back_less),
    ("ST01", never_settle),
    ("ST02", settle_unknown_order),
    ("ST03", settle_less),
    ("ST03", adjust_for_nothing),
    ("ST04", charge_other_rate),
    ("ST04", round_fee_up),
    ("ST05", charge_unknown),
    ("ST06", charge_twice),
    ("ST06", settle_twice),
    ("ST07", keep_subsidy),
    ("ST07", take_back_subsidy),
    ("ST08", forget_penalty),
)

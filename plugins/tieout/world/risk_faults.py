"""What a risk desk looks for, and honest behaviour that only looks like it: crowds of orders, and single cases."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tieout.world import goods
from tieout.world.life import Order, Refund
from tieout.world.scene import Scene, Twist, twistable
from tieout.world.truth import FAULT, LOOKALIKE, TIMING


@dataclass
class Crowd:
    """A day at its beginning, with room for so many orders; what fills it adds its orders."""

    midnight: datetime
    room: int
    orders: list[Order] = field(default_factory=list)


Gathering = Callable[[Crowd, Scene], bool]
"""Fills a crowd and notes it in the answer key; False if the day has not enough room."""


def _gather(crowd: Crowd, scene: Scene, count: int, apart: timedelta, buyer: str = "") -> bool:
    """Place so many orders, so long after one another: of one buyer, or each of another."""
    if crowd.room < 2 * count:
        return False
    platform = scene.rng.choice(("jd", "douyin"))
    at = crowd.midnight + timedelta(hours=9, seconds=scene.rng.randrange(3600))
    for place in range(count):
        somebody = buyer or f"b{scene.rng.randrange(10**7):07d}"
        crowd.orders.append(scene.stories.settled(platform, at + place * apart, somebody))
    return True


def abuse_refunds(crowd: Crowd, scene: Scene) -> bool:
    """RK01: a buyer has everything refunded and sends nothing back."""
    buyer = f"x{scene.rng.randrange(10**7):07d}"
    if not _gather(crowd, scene, 4, timedelta(hours=2), buyer):
        return False
    refunds = [_refund(order, scene, order.owed) for order in crowd.orders]
    days = sorted(refund.refunded_at.date() for refund in refunds if refund.refunded_at)
    amount, platform = sum(refund.amount for refund in refunds), crowd.orders[0].platform
    scene.truth.add(
        "RK01", FAULT, ("buyer", buyer), amount=amount, from_on=days[-1], note="everything refunded, nothing sent back",
        ids={"platform": platform},
    )  # fmt: skip
    return True


def order_as_ring(crowd: Crowd, scene: Scene) -> bool:
    """RK02: five buyers on one device, or at one address, within minutes; the parcels are empty."""
    if not _gather(crowd, scene, 5, timedelta(minutes=3)):
        return False
    mark, shared = f"R{scene.rng.randrange(10**7):07d}", scene.rng.choice(("device", "address"))
    for order in crowd.orders:
        setattr(order, shared, mark)
        order.parcel_grams = scene.rng.randrange(5, 30)
    sent = sorted(order.shipped_at.date() for order in crowd.orders if order.shipped_at)
    amount, entity = sum(order.owed for order in crowd.orders), ("device", mark)
    ids, text = {"platform": crowd.orders[0].platform}, f"five orders of one {shared}, empty parcels"
    scene.truth.add("RK02", FAULT, entity, amount=amount, from_on=sent[-1], note=text, ids=ids)
    # The third empty parcel gives it away, the last one makes it certain.
    scene.truth.add("RK02", TIMING, entity, from_on=sent[0], until_on=sent[-1], note=text, ids=ids)
    return True


def buy_often(crowd: Crowd, scene: Scene) -> bool:
    """RK01: a buyer of six orders, one of them refunded without a return."""
    buyer = f"h{scene.rng.randrange(10**7):07d}"
    if not _gather(crowd, scene, 6, timedelta(hours=1), buyer):
        return False
    _refund(crowd.orders[0], scene, crowd.orders[0].owed // 2)
    return _honest("RK01", ("buyer", buyer), crowd, scene, "six orders, one refund")


def return_often(crowd: Crowd, scene: Scene) -> bool:
    """RK01: a buyer who returns everything, and the goods come back."""
    buyer = f"h{scene.rng.randrange(10**7):07d}"
    if not _gather(crowd, scene, 4, timedelta(hours=2), buyer):
        return False
    for order in crowd.orders:
        refund = _refund(order, scene, order.owed, kind="return_refund")
        refund.returned_at = (refund.refunded_at or order.created_at) - timedelta(hours=1)
        refund.goods = goods.ordered(order)
    return _honest("RK01", ("buyer", buyer), crowd, scene, "four returns, the goods came back")


def order_as_family(crowd: Crowd, scene: Scene) -> bool:
    """RK02: a family or an office orders from one device to one address within minutes; the parcels are full."""
    if not _gather(crowd, scene, 4, timedelta(minutes=5)):
        return False
    mark = f"F{scene.rng.randrange(10**7):07d}"
    for order in crowd.orders:
        order.device = order.address = mark
    return _honest("RK02", ("device", mark), crowd, scene, "one address, full parcels")


def order_in_a_row(crowd: Crowd, scene: Scene) -> bool:
    """RK02: one buyer places four honest orders within minutes."""
    buyer = f"h{scene.rng.randrange(10**7):07d}"
    if not _gather(crowd, scene, 4, timedelta(minutes=4), buyer):
        return False
    return _honest("RK02", ("buyer", buyer), crowd, scene, "one buyer in a hurry, full parcels")


def refund_in_silence(order: Order, scene: Scene) -> bool:
    """RK03: delivered, then refunded in full; no return, no reason, no ticket."""
    if not twistable(order):
        return False
    refund = _refund(order, scene, order.owed, reason="")
    day = (refund.refunded_at or order.created_at).date()
    ids = {"after_sale_id": refund.after_sale_id, "refund_id": refund.refund_id}
    scene.truth.add(
        "RK03", FAULT, ("after_sale", refund.after_sale_id), amount=refund.amount, from_on=day,
        note="refunded in full after delivery, without a word", order=order, ids=ids,
    )  # fmt: skip
    return True


def refund_with_reason(order: Order, scene: Scene) -> bool:
    """RK03: delivered, then refunded in full as a goodwill, for a stated reason."""
    if not twistable(order):
        return False
    return _honest_case(order, scene, _refund(order, scene, order.owed), "refunded in full for a stated reason")


def refund_part_in_silence(order: Order, scene: Scene) -> bool:
    """RK03: part of an order was given back without a word."""
    if not twistable(order):
        return False
    refund = _refund(order, scene, order.owed // 3, reason="")
    return _honest_case(order, scene, refund, "part of it refunded without a word")


def _refund(order: Order, scene: Scene, amount: int, kind: str = "refund_only", reason: str | None = None) -> Refund:
    """Refund a delivered order; a Taobao order that is refunded in full closes."""
    refund = scene.aftersales.open(order, amount, order.completed_at or order.created_at, kind=kind)
    refund.reason = refund.reason if reason is None else reason
    scene.aftersales.send(order, refund)
    if order.platform == "taobao" and amount == order.owed:
        order.closed_at = refund.refunded_at
    return refund


def _honest(code: str, entity: tuple[str, str], crowd: Crowd, scene: Scene, note: str) -> bool:
    ids = {"platform": crowd.orders[0].platform}
    scene.truth.add(code, LOOKALIKE, entity, from_on=crowd.midnight.date(), note=note, ids=ids)
    return True


def _honest_case(order: Order, scene: Scene, refund: Refund, note: str) -> bool:
    entity, ids = ("after_sale", refund.after_sale_id), {"after_sale_id": refund.after_sale_id}
    day = (refund.refunded_at or order.created_at).date()
    scene.truth.add("RK03", LOOKALIKE, entity, from_on=day, note=note, order=order, ids=ids)
    return True


CROWD_FAULTS: tuple[tuple[str, Gathering], ...] = (("RK01", abuse_refunds), ("RK02", order_as_ring))
CROWD_LOOKALIKES: tuple[tuple[str, Gathering], ...] = (
    ("RK01", buy_often),
    ("RK01", return_often),
    ("RK02", order_as_family),
    ("RK02", order_in_a_row),
)
CASE_FAULTS: tuple[tuple[str, Twist], ...] = (("RK03", refund_in_silence),)
CASE_LOOKALIKES: tuple[tuple[str, Twist], ...] = (("RK03", refund_with_reason), ("RK03", refund_part_in_silence))

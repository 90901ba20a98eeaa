"""Plain orders of JD and Douyin with their settlement, for faults and look-alikes to change."""

import dataclasses
from datetime import date, timedelta

from tieout.world import goods, merchant, settlement
from tieout.world.life import Order, Refund, Settlement
from tieout.world.scene import DAY, Scene
from tieout.world.settlement import Dated

_ROOM = timedelta(days=merchant.SETTLE_AFTER + 3)
"""From completion until what is wrong in its settlement must be seen."""


def settled(order: Order, scene: Scene, needed: timedelta = DAY) -> list[Dated]:
    """Settle a plain order of a platform and give its lines; none if it has a refund or the world ends too early.

    `needed` is how long after its settlement something has to happen yet.
    """
    if order.platform not in merchant.PLATFORM_COMMISSION_PER_CENT or order.completed_at is None:
        return []
    if order.refunds or order.settlement is not None or completed_on(order) + _ROOM + needed > scene.last:
        return []
    settlement.settle(order, scene.rng)
    return order.settlement or []


def refunded(order: Order, scene: Scene, share: int = 0, needed: timedelta = DAY) -> Refund | None:
    """Refund a share (per cent) of a completed order and settle both; in full it is a return. None where it cannot."""
    if order.platform not in merchant.PLATFORM_COMMISSION_PER_CENT or order.completed_at is None:
        return None
    if order.refunds or order.settlement is not None or completed_on(order) + _ROOM + needed > scene.last:
        return None
    amount = order.owed * (share or scene.rng.randrange(20, 60)) // 100
    kind = "return_refund" if share else "refund_only"
    refund = scene.aftersales.open(order, amount, order.completed_at, kind=kind)
    if share:
        refund.returned_at = (refund.refunded_at or order.completed_at) - timedelta(hours=1)
        refund.goods = goods.ordered(order)
    settlement.settle(order, scene.rng)
    return refund


def completed_on(order: Order) -> date:
    """Give the day on which an order was completed."""
    return (order.completed_at or order.created_at).date()


def find(lines: list[Dated], kind: str) -> Settlement:
    """Give an order's first line of a kind."""
    return next(line for _, line in lines if line.type == kind)


def repeat(lines: list[Dated], kind: str) -> Dated:
    """Settle a line again the day after."""
    day, line = next((day, line) for day, line in lines if line.type == kind)
    lines.append((day + DAY, dataclasses.replace(line)))
    return lines[-1]


def add(lines: list[Dated], order: Order, kind: str, amount: int, later: timedelta = 0 * DAY) -> date:
    """Add a line to an order's settlement, on its first day or later, and give the day."""
    day = lines[0][0] + later
    lines.append((day, Settlement(order.platform, order.order_id, "", kind, amount)))
    return day

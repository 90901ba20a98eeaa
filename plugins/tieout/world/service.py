"""Exchanges, reships, repairs, compensations and what buyers ask: how they go where nothing goes wrong."""

from datetime import datetime, timedelta

from tieout.world import goods, merchant
from tieout.world.life import Order, Outflow, Payment, Refund
from tieout.world.parcels import Goods, Movement, Ticket
from tieout.world.scene import DAY, Scene

_ASKS, _SPLITS = 0.02, 0.03
_EXCHANGES, _RESHIPS, _REPAIRS, _COMPENSATIONS = 0.010, 0.018, 0.023, 0.033
_ON_ITS_WAY = timedelta(days=2)


def happen(order: Order, scene: Scene) -> None:
    """Let a few orders to which nothing else happened be split, asked about, exchanged, repaired or made up for."""
    share = scene.rng.random()
    if not order.shipped_at or not order.completed_at:
        return
    if scene.rng.random() < _ASKS:
        ask(order, order.shipped_at, "物流咨询")
    if order.refunds or order.platform == "taobao":
        return
    if share < _EXCHANGES:
        exchange(order, scene)
    elif share < _RESHIPS:
        lose_parcel(order)
        reship(order, scene, goods.ordered(order))
    elif share < _REPAIRS:
        repair(order, scene)
    elif share < _COMPENSATIONS and can_compensate(order):
        compensate(order, scene, 500)
    elif share < _COMPENSATIONS + _SPLITS:
        split_parcel(order)


def delivered_at(order: Order) -> datetime:
    """Give when the buyer has the goods of an order."""
    return (order.shipped_at or order.created_at) + _ON_ITS_WAY


def first_goods(order: Order) -> list[Goods]:
    """Give one piece of an order's first line."""
    return [(order.lines[0].product.sku, 1)]


def ask(order: Order, at: datetime, topic: str, promised: int = 0) -> None:
    """Open a service ticket, perhaps with a promise of money."""
    order.tickets.append(Ticket(f"TK{order.order_id}-{len(order.tickets) + 1}", topic, at, promised=promised))


def lose_parcel(order: Order) -> None:
    """Lose all that was sent for an order on its way."""
    shipped_at, number = order.shipped_at or order.created_at, f"YT{order.order_id[-10:]}"
    order.parcels = [
        Movement("sale_out", shipped_at, sku, quantity, number, status="lost") for sku, quantity in goods.ordered(order)
    ]


def split_parcel(order: Order) -> None:
    """Send an order's goods piece by piece, in several parcels."""
    shipped_at = order.shipped_at or order.created_at
    pieces = [line.product.sku for line in order.lines for _ in range(line.quantity)]
    order.parcels = [
        Movement("sale_out", shipped_at + timedelta(hours=5 * place), sku, 1, f"YT{order.order_id[-10:]}-{place}")
        for place, sku in enumerate(pieces)
    ]


def open_case(order: Order, scene: Scene, kind: str, wanted: list[Goods], at: datetime | None = None) -> Refund:
    """Open a case about goods and approve it; it is about their value, and nothing is refunded for it."""
    after = at or delivered_at(order)
    case = scene.aftersales.open(order, goods.value(order, wanted), after, hours=10, kind=kind)
    case.refunded_at, case.goods = None, wanted
    return case


def approved_at(case: Refund) -> datetime:
    """Give when a case was last approved, or applied for."""
    return case.approvals[-1][0] if case.approvals else case.applied_at


def exchange(order: Order, scene: Scene) -> Refund:
    """Take one piece back and send another of the same kind."""
    case = open_case(order, scene, "exchange", first_goods(order))
    back_at = approved_at(case) + _ON_ITS_WAY
    goods.take_back(case, back_at, case.goods)
    goods.send(case, "exchange", back_at + DAY, case.goods)
    case.closed_at = back_at + 3 * DAY
    return case


def reship(order: Order, scene: Scene, wanted: list[Goods]) -> Refund:
    """Send goods again that did not reach the buyer."""
    case = open_case(order, scene, "reship", wanted)
    goods.send(case, "reship", approved_at(case) + timedelta(hours=20), wanted)
    case.closed_at = approved_at(case) + 3 * DAY
    return case


def repair(order: Order, scene: Scene) -> Refund:
    """Take one piece back, repair it and send it to its buyer again."""
    case = open_case(order, scene, "repair", first_goods(order))
    back_at = approved_at(case) + _ON_ITS_WAY
    goods.take_back(case, back_at, case.goods, condition="damaged")
    goods.send(case, "repair", back_at + 4 * DAY, case.goods)
    case.closed_at = back_at + 6 * DAY
    return case


def can_compensate(order: Order) -> bool:
    """Whether small sums are paid for an order: the own site pays them through UnionPay, whatever was paid with."""
    return order.platform == "self" and bool(order.payments) and not (order.is_merged or order.stages or order.cashback)


def compensate(order: Order, scene: Scene, amount: int) -> Refund:
    """Approve a small sum for a buyer and pay it."""
    case = scene.aftersales.open(order, amount, delivered_at(order), hours=10, kind="compensation")
    case.refunded_at, case.closed_at = None, approved_at(case) + timedelta(hours=2)
    pay(order, scene, amount, approved_at(case) + timedelta(hours=1))
    return case


def pay(order: Order, scene: Scene, amount: int, at: datetime, merchant_order_no: str = "") -> Outflow:
    """Pay a compensation through UnionPay that names an order by its merchant order number, or another number."""
    wanted = merchant_order_no or order.merchant_order_no
    names = Payment("unionpay", merchant.UNIONPAY, "", wanted, order.order_id, amount, 0, at)
    sent = Outflow(names, "", scene.numbers.channel_refund("unionpay", at.date()), amount, 0, at, kind="compensation")
    order.outflows.append(sent)
    return sent

"""What goes wrong between claims, money and goods; each fault changes one plain order and notes what it did."""

from datetime import date, datetime, time, timedelta

from tieout.world import goods, merchant, service
from tieout.world.life import Booking, Order, Refund
from tieout.world.parcels import Goods, Movement
from tieout.world.scene import DAY, Scene, Twist
from tieout.world.truth import FAULT

HANDLED, STOCKED, REFUNDED, SENT, RETURNED = (timedelta(days=days) for days in (7, 7, 5, 7, 15))
"""How long a case may wait without a step, returned goods for the stock or the refund, an exchange for either side."""
BOOKS_CLOSED_ON = merchant.PERIODS[0][2]
_NO_REASON = "七天无理由退换货"


def plain(order: Order, scene: Scene, days: int) -> bool:
    """Whether an order of the open format has nothing else to it and was delivered so many days before the end."""
    return (
        bool(order.paid_at and order.shipped_at and order.completed_at)
        and order.platform != "taobao"
        and order.account != merchant.WECHAT_LEGACY
        and order.owed > 3000
        and not (order.refunds or order.outflows or order.parcels)
        and not (order.is_merged or order.stages or order.cashback)
        and service.delivered_at(order).date() + days * DAY <= scene.last
    )


def open_return(order: Order, scene: Scene, wanted: list[Goods], *, everything: bool = False) -> Refund:
    """Open a return of goods and have it refunded at once: the whole order, or its goods' share of it."""
    share = order.owed * goods.value(order, wanted) // (order.list_amount + order.freight)
    amount = order.owed if everything else max(100, share)
    case = scene.aftersales.open(order, amount, service.delivered_at(order), hours=10, kind="return_refund")
    case.goods, case.reason = wanted, _NO_REASON
    return case


Other = tuple[int, timedelta, str]
"""An amount in fen, how long a rest may still come, and what is wrong; the same goods that come back are used ones."""
Finding = tuple[int, date, str]
"""An amount in fen, the day from which it must be reported, and what is wrong."""


def note(scene: Scene, code: str, order: Order, case: Refund, finding: Finding) -> bool:
    """Note a fault of a case."""
    amount, from_on, text = finding
    ids = {"after_sale_id": case.after_sale_id}
    entity = ("after_sale", case.after_sale_id)
    scene.truth.add(code, FAULT, entity, amount=amount, from_on=from_on, note=text, order=order, ids=ids)
    return True


def dearer_and_cheaper(order: Order) -> tuple[Goods, Goods] | None:
    """Give one piece of the order and one of a product that costs less and is not in it; None if there is none."""
    first, bought = order.lines[0].product, {line.product.sku for line in order.lines}
    other = next((item for item in merchant.PRODUCTS if item.price < first.price and item.sku not in bought), None)
    return ((first.sku, 1), (other.sku, 1)) if other else None


def price(sku: str) -> int:
    """Give a product's price in fen."""
    return next(item.price for item in merchant.PRODUCTS if item.sku == sku)


def keep_waiting(order: Order, scene: Scene) -> bool:
    """RF07: a claim is approved, or not even answered, and nothing happens any more."""
    if not plain(order, scene, 10):
        return False
    case = scene.aftersales.open(order, order.owed // 3, service.delivered_at(order), hours=10)
    case.refunded_at = None
    if scene.rng.random() < 0.5:
        case.approvals, case.is_unanswered = [], True
    from_on = service.approved_at(case).date() + HANDLED + DAY
    return note(scene, "RF07", order, case, (case.amount, from_on, "claimed, and nothing has happened since"))


def refund_without_return(order: Order, scene: Scene) -> bool:
    """RF08: a return was refunded and no parcel ever came."""
    if not plain(order, scene, 10):
        return False
    case = open_return(order, scene, goods.ordered(order), everything=True)
    scene.aftersales.send(order, case)
    return note(scene, "RF08", order, case, (case.amount, _refunded_on(case) + STOCKED + DAY, "refunded, no parcel"))


def leave_unstocked(order: Order, scene: Scene) -> bool:
    """RF08: a return was refunded and signed for, and its goods never reached the stock."""
    if not plain(order, scene, 12):
        return False
    case = open_return(order, scene, service.first_goods(order))
    scene.aftersales.send(order, case)
    back_at = (case.refunded_at or case.applied_at) + DAY
    goods.take_back(case, back_at, case.goods, stocked=False)
    from_on = back_at.date() + STOCKED + DAY
    return note(scene, "RF08", order, case, (goods.value(order, case.goods), from_on, "signed for, never stocked"))


def keep_money(order: Order, scene: Scene) -> bool:
    """RF09: the goods are back in stock and the buyer's money is not."""
    if not plain(order, scene, 10):
        return False
    case = open_return(order, scene, service.first_goods(order))
    case.refunded_at, back_at = None, service.approved_at(case) + 2 * DAY
    goods.take_back(case, back_at, case.goods)
    from_on = (back_at + timedelta(hours=1)).date() + REFUNDED + DAY
    return note(scene, "RF09", order, case, (case.amount, from_on, "goods back, no refund"))


def return_fewer(order: Order, scene: Scene) -> bool:
    """RF10: two pieces were claimed, one came back."""
    line = next((line for line in order.lines if line.quantity > 1), None)
    if line is None or not plain(order, scene, 13):
        return False
    sku = line.product.sku
    return _return_other(order, scene, [(sku, 2)], [(sku, 1)], (line.product.price, STOCKED + DAY, "one piece of two"))


def return_more(order: Order, scene: Scene) -> bool:
    """RF10: one piece was claimed, two came back."""
    line = next((line for line in order.lines if line.quantity > 1), None)
    if line is None or not plain(order, scene, 6):
        return False
    sku, none = line.product.sku, timedelta(0)
    return _return_other(order, scene, [(sku, 1)], [(sku, 2)], (line.product.price, none, "two pieces for one"))


def return_another(order: Order, scene: Scene) -> bool:
    """RF10: something cheaper came back instead of what was claimed."""
    pair = dearer_and_cheaper(order)
    if pair is None or not plain(order, scene, 6):
        return False
    gap, none = price(pair[0][0]) - price(pair[1][0]), timedelta(0)
    return _return_other(order, scene, [pair[0]], [pair[1]], (gap, none, "a cheaper thing came back"))


def return_used(order: Order, scene: Scene) -> bool:
    """RF10: the goods came back used, though the claim gave no reason."""
    if not plain(order, scene, 6):
        return False
    wanted, none = service.first_goods(order), timedelta(0)
    return _return_other(order, scene, wanted, wanted, (goods.value(order, wanted), none, "came back used"))


def _return_other(order: Order, scene: Scene, wanted: list[Goods], came: list[Goods], finding: Other) -> bool:
    gap, late, text = finding
    case = open_return(order, scene, wanted)
    scene.aftersales.send(order, case)
    back_at = (case.refunded_at or case.applied_at) + DAY
    goods.take_back(case, back_at, came, condition="used" if wanted == came else "good")
    stocked_on = (back_at + timedelta(minutes=50)).date()
    return note(scene, "RF10", order, case, (gap, stocked_on + late, text))


def send_late(order: Order, scene: Scene, at: datetime) -> list[Movement]:
    """Give a second parcel with all that an order is about."""
    number = f"YT{order.order_id[-10:]}-2"
    return [Movement("sale_out", at, sku, quantity, number) for sku, quantity in goods.ordered(order)]


def ship_twice(order: Order, scene: Scene) -> bool:
    """RF15: the whole order left the warehouse a second time."""
    if not plain(order, scene, 2):
        return False
    order.parcels = goods.movements(order)
    again_at = service.delivered_at(order)
    order.parcels += send_late(order, scene, again_at)
    amount, text = goods.value(order, goods.ordered(order)), "the whole order left twice"
    entity = ("order", order.order_id)
    scene.truth.add("RF15", FAULT, entity, amount=amount, from_on=again_at.date(), note=text, order=order)
    return True


def reship_twice(order: Order, scene: Scene) -> bool:
    """RF15: what was lost was sent again twice."""
    if not plain(order, scene, 6):
        return False
    service.lose_parcel(order)
    wanted = goods.ordered(order)[:1]
    case = service.reship(order, scene, wanted)
    again_at = case.parcels[-1].at + DAY
    goods.send(case, "reship", again_at, wanted)
    return note(scene, "RF15", order, case, (goods.value(order, wanted), again_at.date(), "sent again twice"))


def reship_and_refund(order: Order, scene: Scene) -> bool:
    """RF16: what was lost was sent again, and refunded in full."""
    if not plain(order, scene, 8):
        return False
    service.lose_parcel(order)
    case = service.reship(order, scene, goods.ordered(order))
    sent_at = case.parcels[-1].at
    refund = scene.aftersales.open(order, order.owed, sent_at, hours=20)
    scene.aftersales.send(order, refund)
    return note(scene, "RF16", order, case, (order.owed, _refunded_on(refund), "sent again and refunded in full"))


def refund_closed_period(order: Order, scene: Scene) -> bool:
    """RF14: an order of a closed period is refunded, and its return is booked into that period; seen at month's end."""
    if not plain(order, scene, 10) or order.shipped_at is None or order.shipped_at.date() > merchant.PERIODS[0][1]:
        return False
    after = max(service.delivered_at(order), datetime.combine(BOOKS_CLOSED_ON + DAY, time(8)))
    refund = scene.aftersales.open(order, order.owed // 4, after)
    scene.aftersales.send(order, refund)
    refund.bookings = [Booking(order.shipped_at.date(), refund.amount)]
    from_on = (_refunded_on(refund).replace(day=28) + timedelta(days=4)).replace(day=1)
    ids, text = {"refund_id": refund.refund_id}, "its return is booked into a closed period"
    entity = ("refund", refund.refund_id)
    scene.truth.add("RF14", FAULT, entity, amount=refund.amount, from_on=from_on, note=text, order=order, ids=ids)
    return True


def _refunded_on(case: Refund) -> date:
    return (case.refunded_at or case.applied_at).date()


GOODS_FAULTS: tuple[tuple[str, Twist], ...] = (
    ("RF07", keep_waiting),
    ("RF08", refund_without_return),
    ("RF08", leave_unstocked),
    ("RF09", keep_money),
    ("RF10", return_fewer),
    ("RF10", return_more),
    ("RF10", return_another),
    ("RF10", return_used),
    ("RF14", refund_closed_period),
    ("RF15", ship_twice),
    ("RF15", reship_twice),
    ("RF16", reship_and_refund),
)

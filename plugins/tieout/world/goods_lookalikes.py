"""What only looks wrong between claims, money and goods, and must not be reported."""

from datetime import datetime, time, timedelta

from tieout.world import goods, merchant, service
from tieout.world.goods_faults import dearer_and_cheaper, open_return, plain, price
from tieout.world.life import Order, Refund
from tieout.world.scene import DAY, Scene, Twist
from tieout.world.truth import LOOKALIKE


def close_by_buyer(order: Order, scene: Scene) -> bool:
    """RF07: the buyer withdrew, and the case was closed without a refund."""
    if not plain(order, scene, 3):
        return False
    case = scene.aftersales.open(order, order.owed // 3, service.delivered_at(order), hours=10)
    case.refunded_at, case.closed_at = None, service.approved_at(case) + DAY
    return _note(scene, "RF07", order, case, "closed without a refund")


def answer_slowly(order: Order, scene: Scene) -> bool:
    """RF07: approved on the sixth day, refunded on the twelfth."""
    if not plain(order, scene, 14):
        return False
    case = scene.aftersales.open(order, order.owed // 3, service.delivered_at(order), hours=10)
    case.approvals = [(at + 6 * DAY, amount) for at, amount in case.approvals]
    case.refunded_at = service.approved_at(case) + 6 * DAY
    scene.aftersales.send(order, case)
    return _note(scene, "RF07", order, case, "slow, but never longer than allowed")


def lose_return(order: Order, scene: Scene) -> bool:
    """RF08: the return parcel was lost, and the return refunded."""
    if not plain(order, scene, 6):
        return False
    case = open_return(order, scene, service.first_goods(order))
    case.refunded_at = service.approved_at(case) + 3 * DAY
    goods.take_back(case, case.refunded_at - DAY, case.goods, status="lost")
    scene.aftersales.send(order, case)
    return _note(scene, "RF08", order, case, "the parcel was lost, its refund is right")


def refund_ahead(order: Order, scene: Scene) -> bool:
    """RF08: refunded at once, the goods came back six days later."""
    if not plain(order, scene, 9):
        return False
    case = open_return(order, scene, goods.ordered(order), everything=True)
    scene.aftersales.send(order, case)
    goods.take_back(case, (case.refunded_at or case.applied_at) + 6 * DAY, case.goods)
    return _note(scene, "RF08", order, case, "refunded ahead of the parcel")


def refund_in_time(order: Order, scene: Scene) -> bool:
    """RF09: refunded four days after the goods came in."""
    if not plain(order, scene, 9):
        return False
    case = open_return(order, scene, service.first_goods(order))
    back_at = service.approved_at(case) + 2 * DAY
    goods.take_back(case, back_at, case.goods)
    case.refunded_at = back_at + 4 * DAY
    scene.aftersales.send(order, case)
    return _note(scene, "RF09", order, case, "refunded within the days that are allowed")


def return_in_parcels(order: Order, scene: Scene) -> bool:
    """RF10: two pieces came back in two parcels, days apart."""
    line = next((line for line in order.lines if line.quantity > 1), None)
    if line is None or not plain(order, scene, 9):
        return False
    case = open_return(order, scene, [(line.product.sku, 2)])
    scene.aftersales.send(order, case)
    for days in (2, 5):
        goods.take_back(case, (case.refunded_at or case.applied_at) + days * DAY, [(line.product.sku, 1)])
    return _note(scene, "RF10", order, case, "two parcels for one claim")


def return_damaged(order: Order, scene: Scene) -> bool:
    """RF10: came back damaged, as the claim says."""
    if not plain(order, scene, 6):
        return False
    case = open_return(order, scene, service.first_goods(order))
    case.reason = "商品破损"
    scene.aftersales.send(order, case)
    goods.take_back(case, (case.refunded_at or case.applied_at) + 2 * DAY, case.goods, condition="damaged")
    return _note(scene, "RF10", order, case, "claimed damaged, came back damaged")


def resend_exchange(order: Order, scene: Scene) -> bool:
    """RF11: the new goods were lost on their way and sent again."""
    if not plain(order, scene, 9):
        return False
    case = service.exchange(order, scene)
    case.parcels[-1].status = "lost"
    goods.send(case, "exchange", case.parcels[-1].at + 2 * DAY, case.goods)
    case.closed_at = case.parcels[-1].at + DAY
    return _note(scene, "RF11", order, case, "sent again after the first was lost")


def settle_difference(order: Order, scene: Scene) -> bool:
    """RF11: a cheaper thing was sent and the difference refunded."""
    pair = dearer_and_cheaper(order)
    if pair is None or not plain(order, scene, 9):
        return False
    gap, after = price(pair[0][0]) - price(pair[1][0]), service.delivered_at(order)
    if gap > order.owed:
        return False
    case = scene.aftersales.open(order, gap, after, hours=10, kind="exchange")
    case.goods, back_at = [pair[0]], service.approved_at(case) + 2 * DAY
    goods.take_back(case, back_at, case.goods)
    goods.send(case, "exchange", back_at + DAY, [pair[1]])
    case.refunded_at = back_at + DAY
    scene.aftersales.send(order, case)
    return _note(scene, "RF11", order, case, "the difference was refunded")


def promise_in_ticket(order: Order, scene: Scene) -> bool:
    """RF12: the service promised the sum in a ticket; there is no case."""
    if not (plain(order, scene, 4) and service.can_compensate(order)):
        return False
    asked_at = service.delivered_at(order)
    service.ask(order, asked_at, "补偿", promised=800)
    service.pay(order, scene, 800, asked_at + 2 * DAY)
    return _note(scene, "RF12", order, None, "promised in a ticket")


def book_in_open_period(order: Order, scene: Scene) -> bool:
    """RF14: an order of a closed period is refunded, its return is booked in an open one."""
    if not plain(order, scene, 10) or order.shipped_at is None or order.shipped_at.date() > merchant.PERIODS[0][1]:
        return False
    after = max(service.delivered_at(order), datetime.combine(merchant.PERIODS[0][2] + DAY, time(8)))
    case = scene.aftersales.open(order, order.owed // 4, after)
    scene.aftersales.send(order, case)
    return _note(scene, "RF14", order, case, "booked in the period of the refund")


def split_shipment(order: Order, scene: Scene) -> bool:
    """RF15: every piece in a parcel of its own."""
    if not plain(order, scene, 1) or sum(line.quantity for line in order.lines) < 2:
        return False
    service.split_parcel(order)
    return _note(scene, "RF15", order, None, "one order in several parcels")


def ship_after_loss(order: Order, scene: Scene) -> bool:
    """RF15: lost on its way, and sent again as a sale."""
    if not plain(order, scene, 4):
        return False
    service.lose_parcel(order)
    first = list(order.parcels)
    order.parcels = []
    again = goods.movements(order)
    for movement in again:
        movement.at, movement.tracking_no = movement.at + 2 * DAY, f"{movement.tracking_no}-2"
    order.parcels = first + again
    return _note(scene, "RF15", order, None, "sent again after it was lost")


def refund_after_lost_reship(order: Order, scene: Scene) -> bool:
    """RF16: the reship was lost as well, then everything was refunded."""
    if not plain(order, scene, 8):
        return False
    service.lose_parcel(order)
    case = service.reship(order, scene, goods.ordered(order))
    for parcel in case.parcels:
        parcel.status = "lost"
    refund = scene.aftersales.open(order, order.owed, case.parcels[-1].at + timedelta(hours=30), hours=10)
    scene.aftersales.send(order, refund)
    return _note(scene, "RF16", order, case, "the reship was lost too, then refunded in full")


def reship_and_refund_part(order: Order, scene: Scene) -> bool:
    """RF16: one piece was sent again, and a small part was refunded for the wait."""
    if not plain(order, scene, 6):
        return False
    case = service.reship(order, scene, service.first_goods(order))
    scene.aftersales.send(order, scene.aftersales.open(order, order.owed // 10, case.parcels[-1].at, hours=10))
    return _note(scene, "RF16", order, case, "sent again, refunded in part")


def _note(scene: Scene, code: str, order: Order, case: Refund | None, text: str) -> bool:
    entity = ("after_sale", case.after_sale_id) if case else ("order", order.order_id)
    ids = {"after_sale_id": case.after_sale_id} if case else {}
    day = service.delivered_at(order).date()
    scene.truth.add(code, LOOKALIKE, entity, from_on=day, note=text, order=order, ids=ids)
    return True


GOODS_LOOKALIKES: tuple[tuple[str, Twist], ...] = (
    ("RF07", close_by_buyer),
    ("RF07", answer_slowly),
    ("RF08", lose_return),
    ("RF08", refund_ahead),
    ("RF09", refund_in_time),
    ("RF10", return_in_parcels),
    ("RF10", return_damaged),
    ("RF11", resend_exchange),
    ("RF11", settle_difference),
    ("RF12", promise_in_ticket),
    ("RF14", book_in_open_period),
    ("RF15", split_shipment),
    ("RF15", ship_after_loss),
    ("RF16", refund_after_lost_reship),
    ("RF16", reship_and_refund_part),
)

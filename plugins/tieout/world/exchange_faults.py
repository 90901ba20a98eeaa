"""What goes wrong with exchanges and compensations; each fault changes one plain order and notes what it did."""

from datetime import timedelta

from tieout.world import goods, service
from tieout.world.goods_faults import RETURNED, SENT, dearer_and_cheaper, note, plain, price
from tieout.world.life import Order
from tieout.world.scene import DAY, Scene, Twist
from tieout.world.truth import FAULT


def keep_exchange(order: Order, scene: Scene) -> bool:
    """RF11: the old goods came back, the new ones are never sent."""
    if not plain(order, scene, 12):
        return False
    case = service.open_case(order, scene, "exchange", service.first_goods(order))
    back_at = service.approved_at(case) + 2 * DAY
    goods.take_back(case, back_at, case.goods)
    from_on = (back_at + timedelta(minutes=50)).date() + SENT + DAY
    return note(scene, "RF11", order, case, (goods.value(order, case.goods), from_on, "goods in, none out"))


def exchange_for_nothing(order: Order, scene: Scene) -> bool:
    """RF11: the new goods were sent ahead, the old ones never come back."""
    if not plain(order, scene, 18):
        return False
    case = service.open_case(order, scene, "exchange", service.first_goods(order))
    sent_at = service.approved_at(case) + timedelta(hours=5)
    goods.send(case, "exchange", sent_at, case.goods)
    from_on = sent_at.date() + RETURNED + DAY
    return note(scene, "RF11", order, case, (goods.value(order, case.goods), from_on, "goods out, none in"))


def exchange_twice(order: Order, scene: Scene) -> bool:
    """RF11: the new goods were sent twice."""
    if not plain(order, scene, 8):
        return False
    case = service.exchange(order, scene)
    again_at = case.parcels[-1].at + DAY
    goods.send(case, "exchange", again_at, case.goods)
    return note(scene, "RF11", order, case, (goods.value(order, case.goods), again_at.date(), "new goods sent twice"))


def exchange_for_cheaper(order: Order, scene: Scene) -> bool:
    """RF11: a cheaper thing was sent, and the difference was never refunded."""
    pair = dearer_and_cheaper(order)
    if pair is None or not plain(order, scene, 12):
        return False
    case = service.open_case(order, scene, "exchange", [pair[0]])
    back_at = service.approved_at(case) + 2 * DAY
    goods.take_back(case, back_at, case.goods)
    goods.send(case, "exchange", back_at + DAY, [pair[1]])
    case.closed_at = back_at + 2 * DAY
    gap, from_on = price(pair[0][0]) - price(pair[1][0]), (back_at + DAY).date() + timedelta(days=6)
    return note(scene, "RF11", order, case, (gap, from_on, "a cheaper thing, the difference not refunded"))


def compensate_unasked(order: Order, scene: Scene) -> bool:
    """RF12: a small sum was paid for an order, and nobody approved or promised it."""
    if not (plain(order, scene, 1) and service.can_compensate(order)):
        return False
    at = service.delivered_at(order)
    sent = service.pay(order, scene, scene.rng.randrange(300, 2000), at)
    _note_payment(scene, sent.channel_refund_id, sent.amount, order, "compensation without an approval")
    return True


def compensate_more(order: Order, scene: Scene) -> bool:
    """RF12: more was paid than was approved."""
    if not (plain(order, scene, 2) and service.can_compensate(order)):
        return False
    service.compensate(order, scene, 500)
    sent = order.outflows[-1]
    sent.amount += 300
    _note_payment(scene, sent.channel_refund_id, 300, order, "more than was approved")
    return True


def compensate_nobody(order: Order, scene: Scene) -> bool:
    """RF12: a small sum was paid for an order that does not exist."""
    if not (plain(order, scene, 1) and service.can_compensate(order)):
        return False
    at = service.delivered_at(order)
    sent = service.pay(order, scene, 888, at, scene.numbers.merchant_order(at.date()))
    _note_payment(scene, sent.channel_refund_id, 888, order, "compensation for no known order")
    return True


def _note_payment(scene: Scene, transaction_id: str, amount: int, order: Order, text: str) -> None:
    at = order.outflows[-1].at.date()
    entity, ids = (
        ("transaction", transaction_id),
        {"channel": "unionpay", "account_id": order.outflows[-1].payment.account},
    )
    scene.truth.add("RF12", FAULT, entity, amount=amount, from_on=at, note=text, order=order, ids=ids)


EXCHANGE_FAULTS: tuple[tuple[str, Twist], ...] = (
    ("RF11", keep_exchange),
    ("RF11", exchange_for_nothing),
    ("RF11", exchange_twice),
    ("RF11", exchange_for_cheaper),
    ("RF12", compensate_unasked),
    ("RF12", compensate_more),
    ("RF12", compensate_nobody),
)

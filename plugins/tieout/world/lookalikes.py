"""What only looks wrong between orders, payments and refunds, and must not be reported; and what is merely late."""

from datetime import datetime, time, timedelta

from tieout.world import merchant
from tieout.world.life import Order, Outflow, Refund
from tieout.world.scene import DAY, Scene, Twist, place_paid_at, twistable
from tieout.world.truth import LOOKALIKE, TIMING

_SECONDS = timedelta(seconds=1)


def pay_elsewhere(order: Order, scene: Scene) -> bool:
    """OP01: a Taobao order paid through WeChat is in no Alipay bill."""
    if not twistable(order) or order.account != merchant.ALIPAY_TAOBAO:
        return False
    at = order.payments.pop().at
    scene.stories.pay(order, at, order.owed, order.merchant_order_no, merchant.WECHAT_MAIN)
    return _note(scene, "OP01", order, "paid through the other channel")


def pay_by_order_number(order: Order, scene: Scene) -> bool:
    """OP01, OP02: the channel was given the order's own number instead of the payment number."""
    if not twistable(order) or order.platform != "self":
        return False
    order.payments[0].merchant_order_no = order.order_id
    return _note(scene, "OP02", order, "payment carries the order's own number")


def revoke_and_pay(order: Order, scene: Scene) -> bool:
    """OP04, OP05: a payment was revoked, the buyer paid again."""
    if not twistable(order) or order.payments[0].channel != "wechat":
        return False
    first = order.payments[0]
    first.status = "closed"
    scene.stories.pay(order, first.at + timedelta(seconds=40), order.owed, first.merchant_order_no)
    return _note(scene, "OP05", order, "a revoked payment, then one that counts")


def close_after_refund(order: Order, scene: Scene) -> bool:
    """OP04: closed, and the payment stands, because everything was refunded."""
    if not twistable(order):
        return False
    scene.aftersales.cancel(order)
    return _note(scene, "OP04", order, "closed after a refund in full")


def pay_in_stages(order: Order, scene: Scene) -> bool:
    """OP05: deposit and final payment, of equal amounts."""
    if not twistable(order) or order.owed % 2:
        return False
    first, half = order.payments.pop(), order.owed // 2
    scene.stories.pay(order, first.at, half, first.merchant_order_no)
    number = order.order_id if order.platform == "self" else first.merchant_order_no
    scene.stories.pay(order, first.at + timedelta(minutes=20), half, number)
    order.paid_at, order.stages = first.at + timedelta(minutes=20), True
    return _note(scene, "OP05", order, "deposit and final payment of equal amounts")


def pay_deposit_early(order: Order, scene: Scene) -> bool:
    """OP04: a deposit lies two days with an order that is unpaid until the rest comes."""
    if not twistable(order):
        return False
    first, deposit, wait = order.payments.pop(), order.owed // 4, 2 * DAY
    scene.stories.pay(order, first.at, deposit, first.merchant_order_no)
    created_at, order.stages = order.created_at, True
    order.payments, paid = [], order.payments
    order.shift(wait)
    order.created_at, order.payments = created_at, paid
    number = order.order_id if order.platform == "self" else first.merchant_order_no
    scene.stories.pay(order, first.at + wait, order.owed - deposit, number)
    return _note(scene, "OP04", order, "a deposit, the rest two days later")


def pay_a_cent_less(order: Order, scene: Scene) -> bool:
    """OP03: one cent, within the tolerance of payments."""
    if not twistable(order):
        return False
    order.payments[0].amount -= 1
    return _note(scene, "OP03", order, "one cent short, within the tolerance")


def trade_abroad(order: Order, scene: Scene) -> bool:
    """OP10: order and bill both say USD."""
    if not twistable(order) or order.payments[0].channel != "wechat" or order.platform != "self":
        return False
    order.currency = order.payments[0].currency = "USD"
    return _note(scene, "OP10", order, "USD on both sides")


def pay_at_midnight(order: Order, scene: Scene) -> bool:
    """OP06: the order is paid on one day, the channel's instant lies on the next."""
    if not twistable(order):
        return False
    paid_at = place_paid_at(order, time(23, 59, 57), 6 * _SECONDS)
    return _time(scene, order, paid_at, "channel after midnight")


def hear_after_midnight(order: Order, scene: Scene) -> bool:
    """OP06: the channel has it before midnight, the order is told after."""
    if not twistable(order) or order.paid_at is None or order.paid_at.date() >= scene.last:
        return False
    place_paid_at(order, time(23, 59, 55), timedelta(0))
    order.paid_at += 8 * _SECONDS - (order.paid_at - order.payments[0].at)
    return _time(scene, order, order.payments[0].at, "order after midnight")


def refund_slowly(order: Order, scene: Scene) -> bool:
    """RF01: the outflow comes on its last day."""
    refund = _refund(order, scene)
    if refund is not None and refund.refunded_at is not None:
        moved = time(11).hour - refund.refunded_at.hour
        scene.aftersales.send(order, refund, late=timedelta(days=3, hours=moved))
    return refund is not None and _note(scene, "RF01", order, "outflow on the due date", refund)


def refund_unconfirmed(order: Order, scene: Scene) -> bool:
    """RF01: WeChat's bill says PROCESSING for ever, its fund bill shows that the money went."""
    refund = _refund(order, scene) if order.payments and order.payments[0].channel == "wechat" else None
    sent = refund and scene.aftersales.send(order, refund)
    if refund is None or not isinstance(sent, Outflow):
        return False
    sent.status = "processing"
    return _note(scene, "RF01", order, "PROCESSING in the bill, paid in the fund bill", refund)


def record_refund_late(order: Order, scene: Scene) -> bool:
    """RF02: the money leaves before midnight, the platform records it after."""
    refund = _refund(order, scene)
    if refund is None or refund.refunded_at is None:
        return False
    at = refund.refunded_at.replace(hour=0, minute=0, second=4) + DAY
    refund.refunded_at = at
    scene.aftersales.send(order, refund, late=-12 * _SECONDS)
    scene.truth.add(
        "RF02", TIMING, ("refund", refund.refund_id), amount=refund.amount, from_on=(at - DAY).date(),
        until_on=at.date(), note="outflow a moment before the record", order=order, ids={"refund_id": refund.refund_id},
    )  # fmt: skip
    return True


def change_refund(order: Order, scene: Scene) -> bool:
    """RF03: the approved amount was changed twice, the last one is what went out."""
    if not twistable(order) or order.shipped_at is None:
        return False
    amount = order.owed // 3
    refund = scene.aftersales.open(order, amount, order.shipped_at, changes=(amount * 2, amount // 2, amount))
    scene.aftersales.send(order, refund)
    return _note(scene, "RF03", order, "last of several approved amounts", refund)


def refund_in_parts(order: Order, scene: Scene) -> bool:
    """RF04: three refunds that come to exactly what was paid."""
    if not twistable(order) or order.shipped_at is None:
        return False
    third = order.owed // 3
    for amount in (third, third + 7, order.owed - 2 * third - 7):
        scene.aftersales.send(order, scene.aftersales.open(order, amount, order.shipped_at))
    if order.platform == "taobao":
        order.closed_at = max(refund.refunded_at for refund in order.refunds if refund.refunded_at)
        order.completed_at = None
    return _note(scene, "RF04", order, "three refunds come to what was paid")


def refund_equal_amounts(order: Order, scene: Scene) -> bool:
    """RF05: two cases of one amount on one order, each with its own outflow."""
    if not twistable(order) or order.shipped_at is None:
        return False
    for _ in range(2):
        scene.aftersales.send(order, scene.aftersales.open(order, order.owed // 4, order.shipped_at))
    return _note(scene, "RF05", order, "two refunds of one amount, two cases")


def refund_again_after_failure(order: Order, scene: Scene) -> bool:
    """RF05, RF06: WeChat's first attempt failed, the second went through."""
    refund = _refund(order, scene) if order.payments and order.payments[0].channel == "wechat" else None
    sent = refund and scene.aftersales.send(order, refund)
    if refund is None or not isinstance(sent, Outflow):
        return False
    sent.status = "failed"
    scene.aftersales.send(order, refund, late=timedelta(hours=20))
    return _note(scene, "RF06", order, "a failed attempt, then one that went through", refund)


def _refund(order: Order, scene: Scene) -> Refund | None:
    if not twistable(order) or order.shipped_at is None:
        return None
    return scene.aftersales.open(order, order.owed * scene.rng.randrange(20, 60) // 100, order.shipped_at)


def _note(scene: Scene, code: str, order: Order, note: str, refund: Refund | None = None) -> bool:
    entity = ("refund", refund.refund_id) if refund else ("order", order.order_id)
    day = (refund.refunded_at if refund else order.paid_at) or order.created_at
    ids = {"refund_id": refund.refund_id} if refund else {}
    scene.truth.add(code, LOOKALIKE, entity, from_on=day.date(), note=note, order=order, ids=ids)
    return True


def _time(scene: Scene, order: Order, at: datetime, note: str) -> bool:
    day, entity = at.date(), ("order", order.order_id)
    scene.truth.add("OP06", TIMING, entity, amount=order.owed, from_on=day, until_on=day + DAY, note=note, order=order)
    return True


ORDER_LOOKALIKES: tuple[tuple[str, Twist], ...] = (
    ("OP01", pay_elsewhere),
    ("OP02", pay_by_order_number),
    ("OP03", pay_a_cent_less),
    ("OP04", close_after_refund),
    ("OP04", pay_deposit_early),
    ("OP05", pay_in_stages),
    ("OP05", revoke_and_pay),
    ("OP06", pay_at_midnight),
    ("OP06", hear_after_midnight),
    ("OP10", trade_abroad),
    ("RF01", refund_slowly),
    ("RF01", refund_unconfirmed),
    ("RF02", record_refund_late),
    ("RF03", change_refund),
    ("RF04", refund_in_parts),
    ("RF05", refund_equal_amounts),
    ("RF06", refund_again_after_failure),
)

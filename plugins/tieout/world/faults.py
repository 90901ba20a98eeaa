"""What goes wrong between orders and payments; each fault changes one plain order and notes what it did."""

from datetime import date, timedelta

from tieout.world import tariffs
from tieout.world.life import Order, Refund
from tieout.world.scene import DAY, PAYMENT_DUE, Scene, Twist, twistable
from tieout.world.truth import FAULT


def is_wechat(order: Order) -> bool:
    """Whether an order was paid through WeChat."""
    return bool(order.payments) and order.payments[0].channel == "wechat"


def lose_payment(order: Order, scene: Scene) -> bool:
    """OP01: the order says it is paid and no channel has the money."""
    if not twistable(order):
        return False
    day = order.payments[0].at.date()
    note(scene, "OP01", order, amount=order.owed, from_on=day + PAYMENT_DUE + DAY, text="paid without a payment")
    order.payments.clear()
    return True


def pay_for_nothing(order: Order, scene: Scene) -> bool:
    """OP02: a channel took money for an order that exists nowhere."""
    if not twistable(order):
        return False
    at = order.payments[0].at + timedelta(minutes=scene.rng.randrange(5, 90))
    number = scene.numbers.tid() if order.platform == "taobao" else scene.numbers.merchant_order(at.date())
    amount = order.owed + scene.rng.randrange(1, 2000)
    wanted = f"T200P{number}" if order.platform == "taobao" else number
    payment = scene.stories.pay(order, at, amount, wanted)
    payment.order_id = number if order.platform == "taobao" else ""
    scene.truth.add(
        "OP02", FAULT, ("transaction", payment.transaction_id), amount=amount, from_on=at.date(),
        note=f"receipt {wanted} has no order",
        ids={"channel": payment.channel, "account_id": payment.account, "order_id": payment.order_id},
    )  # fmt: skip
    return True


def misstate_payment(order: Order, scene: Scene) -> bool:
    """OP03: the buyer paid another amount than owed, by cents or by yuan."""
    if not twistable(order):
        return False
    payment = order.payments[0]
    delta = scene.rng.choice((2, 10, 100, 1000, 2999)) * scene.rng.choice((1, -1))
    payment.amount += delta
    day = payment.at.date()
    payment.fee = tariffs.fee(payment.account, day, payment.amount)
    note(scene, "OP03", order, amount=delta, from_on=day, text="payment differs from what was owed")
    return True


def forget_payment(order: Order, scene: Scene) -> bool:
    """OP04: the channel has the money, the order stays unpaid; or it was closed as unpaid and nothing went back."""
    if not twistable(order):
        return False
    at = order.payments[0].at
    order.paid_at = order.shipped_at = order.completed_at = None
    if scene.rng.random() < 0.5:
        order.closed_at = at + timedelta(minutes=scene.rng.randrange(20, 90))
    note(scene, "OP04", order, amount=order.owed, from_on=at.date(), text="payment succeeded, order unpaid or closed")
    return True


def revoke_payment(order: Order, scene: Scene) -> bool:
    """OP04: the order is paid, yet its only WeChat payment was revoked."""
    if not twistable(order) or not is_wechat(order):
        return False
    payment = order.payments[0]
    payment.status = "closed"
    note(scene, "OP04", order, amount=order.owed, from_on=payment.at.date(), text="paid, its payment was revoked")
    return True


def pay_twice(order: Order, scene: Scene) -> bool:
    """OP05: a second payment in full, under the same number or under the order's own."""
    if not twistable(order):
        return False
    first = order.payments[0]
    number = first.merchant_order_no
    if order.platform == "self" and scene.rng.random() < 0.5:
        number = order.order_id
    scene.stories.pay(order, first.at + timedelta(seconds=scene.rng.randrange(20, 600)), order.owed, number)
    note(scene, "OP05", order, amount=order.owed, from_on=first.at.date(), text="paid twice in full")
    return True


def change_currency(order: Order, scene: Scene) -> bool:
    """OP10: the bill says USD where the order says CNY, or the reverse."""
    if not twistable(order) or not is_wechat(order) or order.platform != "self":
        return False
    if scene.rng.random() < 0.5:
        order.payments[0].currency = "USD"
    else:
        order.currency = "USD"
    note(scene, "OP10", order, from_on=order.payments[0].at.date(), text="same reference, another currency")
    return True


def note(
    scene: Scene,
    code: str,
    subject: Order | Refund,
    order: Order | None = None,
    *,
    from_on: date,
    text: str,
    amount: int | None = None,
) -> None:
    """Note a fault of an order, or of a refund of an order."""
    if isinstance(subject, Order):
        entity, order, ids = ("order", subject.order_id), subject, {}
    else:
        entity, ids = ("refund", subject.refund_id), {"refund_id": subject.refund_id}
    scene.truth.add(code, FAULT, entity, amount=amount, from_on=from_on, note=text, order=order, ids=ids)


PAYMENT_FAULTS: tuple[tuple[str, Twist], ...] = (
    ("OP01", lose_payment),
    ("OP02", pay_for_nothing),
    ("OP03", misstate_payment),
    ("OP04", forget_payment),
    ("OP04", revoke_payment),
    ("OP05", pay_twice),
    ("OP10", change_currency),
)

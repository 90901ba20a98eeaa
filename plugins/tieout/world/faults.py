"""What goes wrong between orders, payments and refunds; each fault changes one plain order and notes what it did."""

from datetime import date, timedelta

from tieout.world import merchant
from tieout.world.life import Order, Outflow, Refund
from tieout.world.scene import DAY, PAYMENT_DUE, REFUND_DUE, Scene, Twist, twistable
from tieout.world.truth import FAULT


def _is_wechat(order: Order) -> bool:
    return bool(order.payments) and order.payments[0].channel == "wechat"


def lose_payment(order: Order, scene: Scene) -> bool:
    """OP01: the order says it is paid and no channel has the money."""
    if not twistable(order):
        return False
    day = order.payments[0].at.date()
    _note(scene, "OP01", order, amount=order.owed, from_on=day + PAYMENT_DUE + DAY, note="paid without a payment")
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
    payment.fee = (payment.amount * merchant.FEE_PER_MILLE[payment.account] + 500) // 1000
    day = payment.at.date()
    _note(scene, "OP03", order, amount=delta, from_on=day, note="payment differs from what was owed")
    return True


def forget_payment(order: Order, scene: Scene) -> bool:
    """OP04: the channel has the money, the order stays unpaid; or it was closed as unpaid and nothing went back."""
    if not twistable(order):
        return False
    at = order.payments[0].at
    order.paid_at = order.shipped_at = order.completed_at = None
    if scene.rng.random() < 0.5:
        order.closed_at = at + timedelta(minutes=scene.rng.randrange(20, 90))
    _note(scene, "OP04", order, amount=order.owed, from_on=at.date(), note="payment succeeded, order unpaid or closed")
    return True


def revoke_payment(order: Order, scene: Scene) -> bool:
    """OP04: the order is paid, yet its only WeChat payment was revoked."""
    if not twistable(order) or not _is_wechat(order):
        return False
    payment = order.payments[0]
    payment.status = "closed"
    _note(scene, "OP04", order, amount=order.owed, from_on=payment.at.date(), note="paid, its payment was revoked")
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
    _note(scene, "OP05", order, amount=order.owed, from_on=first.at.date(), note="paid twice in full")
    return True


def change_currency(order: Order, scene: Scene) -> bool:
    """OP10: the bill says USD where the order says CNY, or the reverse."""
    if not twistable(order) or not _is_wechat(order) or order.platform != "self":
        return False
    if scene.rng.random() < 0.5:
        order.payments[0].currency = "USD"
    else:
        order.currency = "USD"
    _note(scene, "OP10", order, from_on=order.payments[0].at.date(), note="same reference, another currency")
    return True


def keep_refund(order: Order, scene: Scene) -> bool:
    """RF01: the platform recorded a refund and no money went out."""
    refund = _refund(order, scene)
    if refund is None or refund.refunded_at is None:
        return False
    from_on = refund.refunded_at.date() + REFUND_DUE + DAY
    _note(scene, "RF01", refund, order, amount=refund.amount, from_on=from_on, note="refunded, no outflow")
    return True


def refund_without_case(order: Order, scene: Scene) -> bool:
    """RF02: money went back to a buyer who has no after-sale case."""
    if not twistable(order):
        return False
    payment = order.payments[0]
    at = payment.at + timedelta(hours=scene.rng.randrange(20, 90))
    request_no = scene.numbers.refund(order.platform, at.date())[0]
    sent = scene.aftersales.outflow(order, payment, request_no, order.owed * scene.rng.randrange(20, 60) // 100, at)
    scene.truth.add(
        "RF02", FAULT, ("transaction", request_no), amount=sent.amount, from_on=at.date(),
        note="refund outflow without a case", order=order, ids={"refund_id": request_no},
    )  # fmt: skip
    return True


def misstate_refund(order: Order, scene: Scene) -> bool:
    """RF03: the outflow is not the last approved amount; sometimes it is the one approved before."""
    refund = _refund(order, scene, changed=scene.rng.random() < 0.5)
    if refund is None:
        return False
    wrong = refund.approvals[0][1] if len(refund.approvals) > 1 else refund.amount - scene.rng.randrange(1, 500)
    sent = scene.aftersales.send(order, refund, wrong)
    if sent is not None:
        delta, day = wrong - refund.amount, sent.at.date()
        _note(scene, "RF03", refund, order, amount=delta, from_on=day, note="outflow differs from the approved")
    return True


def refund_too_much(order: Order, scene: Scene) -> bool:
    """RF04: refunded in full, and a compensation on top; each as approved, together more than was paid."""
    if not twistable(order) or order.completed_at is None:
        return False
    first = scene.aftersales.open(order, order.owed, order.completed_at, kind="return_refund", hours=12)
    first.returned_at = first.refunded_at
    scene.aftersales.send(order, first)
    amount = order.owed * scene.rng.randrange(10, 40) // 100
    kind = "refund_only" if order.platform == "taobao" else "compensation"
    second = scene.aftersales.open(order, amount, first.refunded_at or order.completed_at, kind=kind, hours=12)
    sent = scene.aftersales.send(order, second)
    if order.platform == "taobao":
        order.closed_at = first.refunded_at
    if sent is not None:
        _note(scene, "RF04", order, amount=amount, from_on=sent.at.date(), note="more was given back than was paid")
    return True


def refund_twice(order: Order, scene: Scene) -> bool:
    """RF05: two outflows for one refund: WeChat repeats the request number, elsewhere a second one is used."""
    refund = _refund(order, scene)
    if refund is None:
        return False
    scene.aftersales.send(order, refund)
    request_no = refund.refund_id if _is_wechat(order) else scene.numbers.refund(order.platform, refund.days()[-1])[0]
    late = timedelta(minutes=scene.rng.randrange(3, 900))
    again = scene.aftersales.send(order, refund, request_no=request_no, late=late)
    if again is not None:
        day = again.at.date()
        _note(scene, "RF05", refund, order, amount=refund.amount, from_on=day, note="one refund went out twice")
    return True


def bounce_refund(order: Order, scene: Scene) -> bool:
    """RF06: the refund came back: a row with the opposite sign, or WeChat's bill says it failed."""
    refund = _refund(order, scene)
    if refund is None:
        return False
    sent = scene.aftersales.send(order, refund)
    if sent is None:
        return False
    day = sent.at.date()
    if sent.payment.channel == "wechat":
        sent.status = "failed"
    else:
        back = Outflow(
            sent.payment, f"{refund.refund_id}B", scene.numbers.channel_refund(sent.payment.channel, day + DAY),
            -sent.amount, -sent.fee_back, sent.at + timedelta(hours=26),
        )  # fmt: skip
        order.outflows.append(back)
        day = back.at.date()
    _note(scene, "RF06", refund, order, amount=refund.amount, from_on=day, note="came back, the buyer is still owed")
    return True


def _refund(order: Order, scene: Scene, changed: bool = False) -> Refund | None:
    """Open a case for part of a plain order, with or without a change of the approved amount."""
    if not twistable(order) or order.shipped_at is None:
        return None
    amount = order.owed * scene.rng.randrange(20, 60) // 100
    return scene.aftersales.open(order, amount, order.shipped_at, changes=(amount + 300, amount) if changed else ())


def _note(
    scene: Scene,
    code: str,
    subject: Order | Refund,
    order: Order | None = None,
    *,
    from_on: date,
    note: str,
    amount: int | None = None,
) -> None:
    """Note a fault of an order, or of a refund of an order."""
    if isinstance(subject, Order):
        entity, order, ids = ("order", subject.order_id), subject, {}
    else:
        entity, ids = ("refund", subject.refund_id), {"refund_id": subject.refund_id}
    scene.truth.add(code, FAULT, entity, amount=amount, from_on=from_on, note=note, order=order, ids=ids)


ORDER_FAULTS: tuple[tuple[str, Twist], ...] = (
    ("OP01", lose_payment),
    ("OP02", pay_for_nothing),
    ("OP03", misstate_payment),
    ("OP04", forget_payment),
    ("OP04", revoke_payment),
    ("OP05", pay_twice),
    ("OP10", change_currency),
    ("RF01", keep_refund),
    ("RF02", refund_without_case),
    ("RF03", misstate_refund),
    ("RF04", refund_too_much),
    ("RF05", refund_twice),
    ("RF06", bounce_refund),
)

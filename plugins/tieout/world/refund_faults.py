"""What goes wrong between orders, refunds and the money going back; each fault changes one plain order and notes it."""

from datetime import timedelta

from tieout.world import faults, goods
from tieout.world.life import Order, Outflow, Refund
from tieout.world.scene import DAY, REFUND_DUE, Scene, Twist, twistable
from tieout.world.truth import FAULT


def keep_refund(order: Order, scene: Scene) -> bool:
    """RF01: the platform recorded a refund and no money went out."""
    refund = _refund(order, scene)
    if refund is None or refund.refunded_at is None:
        return False
    from_on = refund.refunded_at.date() + REFUND_DUE + DAY
    faults.note(scene, "RF01", refund, order, amount=refund.amount, from_on=from_on, text="refunded, no outflow")
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
        faults.note(scene, "RF03", refund, order, amount=delta, from_on=day, text="outflow differs from the approved")
    return True


def refund_too_much(order: Order, scene: Scene) -> bool:
    """RF04: refunded in full, and a compensation on top; each as approved, together more than was paid."""
    if not twistable(order) or order.completed_at is None:
        return False
    first = scene.aftersales.open(order, order.owed, order.completed_at, kind="return_refund", hours=12)
    first.returned_at, first.goods = first.refunded_at, goods.ordered(order)
    scene.aftersales.send(order, first)
    amount = order.owed * scene.rng.randrange(10, 40) // 100
    kind = "refund_only" if order.platform == "taobao" else "compensation"
    second = scene.aftersales.open(order, amount, first.refunded_at or order.completed_at, kind=kind, hours=12)
    sent = scene.aftersales.send(order, second)
    if order.platform == "taobao":
        order.closed_at = first.refunded_at
    if sent is not None:
        faults.note(
            scene, "RF04", order, amount=amount, from_on=sent.at.date(), text="more was given back than was paid"
        )
    return True


def refund_twice(order: Order, scene: Scene) -> bool:
    """RF05: one refund goes out a second time under another request number."""
    number = scene.numbers.refund(order.platform, order.created_at.date())[0]
    return _send_twice(order, scene, number)


def refund_twice_by_number(order: Order, scene: Scene) -> bool:
    """RF05: one refund goes out a second time under its own request number; only WeChat has a number for each."""
    return faults.is_wechat(order) and _send_twice(order, scene, "")


def _send_twice(order: Order, scene: Scene, request_no: str) -> bool:
    refund = _refund(order, scene)
    if refund is None:
        return False
    scene.aftersales.send(order, refund)
    late = timedelta(minutes=scene.rng.randrange(3, 900))
    again = scene.aftersales.send(order, refund, request_no=request_no, late=late)
    if again is not None:
        day = again.at.date()
        faults.note(scene, "RF05", refund, order, amount=refund.amount, from_on=day, text="one refund went out twice")
    return True


def bounce_refund(order: Order, scene: Scene) -> bool:
    """RF06: the refund came back a day later, as a row with the opposite sign."""
    refund = None if faults.is_wechat(order) else _refund(order, scene)
    sent = scene.aftersales.send(order, refund) if refund else None
    if refund is None or sent is None:
        return False
    number = scene.numbers.channel_refund(sent.payment.channel, sent.at.date() + DAY)
    at = sent.at + timedelta(hours=26)
    back = Outflow(sent.payment, f"{refund.refund_id}B", number, -sent.amount, -sent.fee_back, at)
    order.outflows.append(back)
    note = "came back, the buyer is still owed"
    faults.note(scene, "RF06", refund, order, amount=refund.amount, from_on=at.date(), text=note)
    return True


def fail_refund(order: Order, scene: Scene) -> bool:
    """RF01: WeChat's bill says that the refund failed, and none follows: nothing went out."""
    refund = _refund(order, scene) if faults.is_wechat(order) else None
    sent = scene.aftersales.send(order, refund) if refund else None
    if refund is None or refund.refunded_at is None or sent is None:
        return False
    sent.status = "failed"
    from_on = refund.refunded_at.date() + REFUND_DUE + DAY
    faults.note(scene, "RF01", refund, order, amount=refund.amount, from_on=from_on, text="failed, none follows")
    return True


def _refund(order: Order, scene: Scene, changed: bool = False) -> Refund | None:
    """Open a case for part of a plain order, with or without a change of the approved amount."""
    if not twistable(order) or order.shipped_at is None:
        return None
    amount = order.owed * scene.rng.randrange(20, 60) // 100
    return scene.aftersales.open(order, amount, order.shipped_at, changes=(amount + 300, amount) if changed else ())


REFUND_FAULTS: tuple[tuple[str, Twist], ...] = (
    ("RF01", keep_refund),
    ("RF02", refund_without_case),
    ("RF03", misstate_refund),
    ("RF04", refund_too_much),
    ("RF05", refund_twice),
    ("RF05", refund_twice_by_number),
    ("RF06", bounce_refund),
    ("RF01", fail_refund),
)

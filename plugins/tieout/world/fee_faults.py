"""What goes wrong, and what only seems to, when payment channels charge for payments and give back for refunds."""

from tieout.world import faults, merchant, tariffs
from tieout.world.life import Order
from tieout.world.scene import Scene, Twist, twistable
from tieout.world.truth import LOOKALIKE


def charge_more(order: Order, scene: Scene) -> bool:
    """ST04: the channel keeps a cent, or four per mille, more of a payment than its contract says."""
    if not _is_charged(order):
        return False
    payment = order.payments[0]
    delta = scene.rng.choice((1, payment.amount * 4 // 1000))
    payment.fee += delta
    day = payment.at.date()
    faults.note(scene, "ST04", order, amount=delta, from_on=day, text="the channel's fee is not its contract's")
    return True


def keep_fee(order: Order, scene: Scene) -> bool:
    """RF13: a part was refunded, and the channel gives nothing of its fee back."""
    return _give_back(order, scene, 0, "the channel's fee not given back")


def give_back_less(order: Order, scene: Scene) -> bool:
    """RF13: a part was refunded, and the channel gives half of the fee on it back."""
    return _give_back(order, scene, 2, "half of the channel's fee given back")


def charge_by_new_contract(order: Order, scene: Scene) -> bool:
    """ST04: another fee than usual, by a new contract."""
    if not _is_charged(order):
        return False
    payment = order.payments[0]
    changed = merchant.NEW_FEE_PER_MILLE.get(payment.account)
    return bool(changed and payment.at.date() >= changed[0]) and _seem(scene, "ST04", order, "a new contract's fee")


def give_back_in_parts(order: Order, scene: Scene) -> bool:
    """RF13: refunded in three parts, the fee on each cut off to the cent."""
    if not _is_charged(order) or order.shipped_at is None:
        return False
    at = order.shipped_at
    for _ in range(3):
        refund = scene.aftersales.open(order, order.owed * 23 // 100, at, hours=12)
        scene.aftersales.send(order, refund)
        at = refund.refunded_at or at
    return _seem(scene, "RF13", order, "given back in three parts, cut off to the cent")


def _is_charged(order: Order) -> bool:
    return twistable(order) and merchant.FEE_PER_MILLE[order.payments[0].account] > 0


def _give_back(order: Order, scene: Scene, divisor: int, text: str) -> bool:
    """Refund a part of a plain order, of whose fee the channel gives a share (1/`divisor`) or nothing (0) back."""
    if not _is_charged(order) or order.shipped_at is None:
        return False
    refund = scene.aftersales.open(order, order.owed * scene.rng.randrange(20, 60) // 100, order.shipped_at)
    sent = scene.aftersales.send(order, refund)
    if sent is None:
        return False
    payment = sent.payment
    sent.fee_back = sent.fee_back // divisor if divisor else 0
    delta = tariffs.fee(payment.account, payment.at.date(), sent.amount) - sent.fee_back
    faults.note(scene, "RF13", refund, order, amount=delta, from_on=sent.at.date(), text=text)
    return True


def _seem(scene: Scene, code: str, order: Order, note: str) -> bool:
    day = order.payments[0].at.date()
    scene.truth.add(code, LOOKALIKE, ("order", order.order_id), from_on=day, note=note, order=order)
    return True


FEE_FAULTS: tuple[tuple[str, Twist], ...] = (
    ("RF13", keep_fee),
    ("RF13", give_back_less),
    ("ST04", charge_more),
)
FEE_LOOKALIKES: tuple[tuple[str, Twist], ...] = (
    ("RF13", give_back_in_parts),
    ("ST04", charge_by_new_contract),
)

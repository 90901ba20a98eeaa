"""What goes wrong with lines, promotions and cashback, and what only looks like it; each changes one plain order."""

from datetime import timedelta

from tieout.world import faults, merchant
from tieout.world.life import Line, Order
from tieout.world.scene import DAY, Scene, Twist
from tieout.world.truth import LOOKALIKE

CASHBACK_DUE = timedelta(days=7)
"""How long after an order's completion its cashback may take before it is reported."""
_CASHBACK = 300


def _is_plain(order: Order) -> bool:
    """Whether an order of the open format ran its course with nothing else to it."""
    return (
        order.platform != "taobao"
        and order.completed_at is not None
        and not (order.refunds or order.outflows or order.is_merged or order.stages or order.cashback)
        and order.account != merchant.WECHAT_LEGACY
        and order.owed > 3000
    )


def _is_settled(order: Order) -> bool:
    """Whether a platform settles the order and takes part of one plain discount, or none of it."""
    return _is_plain(order) and order.platform in merchant.PLATFORM_COMMISSION_PER_CENT and order.discount > 0


def misstate_line(order: Order, scene: Scene) -> bool:
    """OP07: the discount was not shared out to the cent: one line holds too much or too little."""
    if not _is_plain(order):
        return False
    delta = scene.rng.choice((-1, 1)) * scene.rng.choice((1, 8, 250, 900))
    order.lines[0].amount += delta
    return _fault(scene, "OP07", order, delta, "lines do not come to the header")


def flip_bearer(order: Order, scene: Scene) -> bool:
    """OP08: the platform pays for a promotion that is down as the merchant's."""
    if not _is_settled(order) or not order.subsidy:
        return False
    kind, _, amount = order.promotions[0]
    order.promotions[0] = (kind, "merchant", amount)
    return _fault(scene, "OP08", order, amount, "the platform's share is down as the merchant's")


def claim_bearer(order: Order, scene: Scene) -> bool:
    """OP08: a promotion is down as the platform's, and the platform never promised to pay for it."""
    if not _is_settled(order) or order.subsidy:
        return False
    kind, _, amount = order.promotions[0]
    order.promotions[0] = (kind, "platform", amount)
    return _fault(scene, "OP08", order, amount, "the merchant's share is down as the platform's")


def stack_exclusive(order: Order, scene: Scene) -> bool:
    """OP09: an exclusive coupon was combined with a full reduction."""
    if not _is_plain(order) or order.discount < 1000 or order.subsidy:
        return False
    coupon = order.discount // 2
    order.promotions = [("full_reduction", "merchant", order.discount - coupon), ("exclusive", "merchant", coupon)]
    return _fault(scene, "OP09", order, coupon, "exclusive coupon with a full reduction")


def lose_promotion(order: Order, scene: Scene) -> bool:
    """OP09: the promotions explain less than the order's discount."""
    if not _is_plain(order) or order.discount < 1000 or order.subsidy:
        return False
    kind, bearer, amount = order.promotions[0]
    missing = scene.rng.randrange(100, 900)
    order.promotions[0] = (kind, bearer, amount - missing)
    return _fault(scene, "OP09", order, missing, "promotions do not come to the discount")


def keep_cashback(order: Order, scene: Scene) -> bool:
    """OP11: promised, and never paid."""
    if not _promise(order):
        return False
    order.cashbacks = []
    return _fault(scene, "OP11", order, _CASHBACK, "cashback never paid", late=CASHBACK_DUE + DAY)


def double_cashback(order: Order, scene: Scene) -> bool:
    """OP11: paid twice."""
    if not _promise(order):
        return False
    order.cashbacks = [_CASHBACK, _CASHBACK]
    return _fault(scene, "OP11", order, _CASHBACK, "cashback paid twice", late=timedelta(0))


def misstate_cashback(order: Order, scene: Scene) -> bool:
    """OP11: another amount was paid."""
    if not _promise(order):
        return False
    order.cashbacks = [_CASHBACK - 120]
    return _fault(scene, "OP11", order, 120, "less cashback than promised", late=timedelta(0))


def add_gift(order: Order, scene: Scene) -> bool:
    """OP07: a gift is a line of its own, for nothing."""
    if not _is_plain(order):
        return False
    order.lines.append(Line(merchant.PRODUCTS[0], 1, 0))
    return _lookalike(scene, "OP07", order, "a gift as a line of zero")


def share_discount(order: Order, scene: Scene) -> bool:
    """OP08: merchant and platform share a discount; the platform promises and pays its half."""
    if not _is_settled(order) or order.discount < 1000:
        return False
    half = order.discount // 2
    order.promotions = [
        ("full_reduction", "merchant", order.discount - half), ("full_reduction", "platform", half),
        ("subsidy", "platform", half),
    ]  # fmt: skip
    order.subsidy = half
    return _lookalike(scene, "OP08", order, "a discount that merchant and platform share")


def stack_shop_coupon(order: Order, scene: Scene) -> bool:
    """OP09: a shop's coupon may be combined with a full reduction."""
    if not _is_plain(order) or order.discount < 1000 or order.subsidy:
        return False
    coupon = order.discount // 3
    order.promotions = [("full_reduction", "merchant", order.discount - coupon), ("coupon", "merchant", coupon)]
    return _lookalike(scene, "OP09", order, "a stackable coupon with a full reduction")


def cancel_cashback(order: Order, scene: Scene) -> bool:
    """OP11: promised for an order that was cancelled and refunded: nothing is owed."""
    if not _promise(order):
        return False
    scene.aftersales.cancel(order)
    return _lookalike(scene, "OP11", order, "cashback of a cancelled order")


def delay_cashback(order: Order, scene: Scene) -> bool:
    """OP11: paid on the last day of its window."""
    if not _promise(order):
        return False
    order.cashback_late = CASHBACK_DUE
    return _lookalike(scene, "OP11", order, "cashback on its last day")


def _promise(order: Order) -> bool:
    """Have a plain order of the one channel that bills cashback promise some."""
    if not _is_plain(order) or order.account != merchant.UNIONPAY:
        return False
    order.cashback = _CASHBACK
    order.promotions.append(("cashback", "merchant", _CASHBACK))
    return True


def _fault(scene: Scene, code: str, order: Order, amount: int, text: str, *, late: timedelta | None = None) -> bool:
    """Note a fault from the order's day on, or so long after its completion."""
    at = order.created_at if late is None or order.completed_at is None else order.completed_at + late
    faults.note(scene, code, order, amount=amount, from_on=at.date(), text=text)
    return True


def _lookalike(scene: Scene, code: str, order: Order, text: str) -> bool:
    entity = ("order", order.order_id)
    scene.truth.add(code, LOOKALIKE, entity, from_on=order.created_at.date(), note=text, order=order)
    return True


PROMOTION_FAULTS: tuple[tuple[str, Twist], ...] = (
    ("OP07", misstate_line),
    ("OP08", flip_bearer),
    ("OP08", claim_bearer),
    ("OP09", stack_exclusive),
    ("OP09", lose_promotion),
    ("OP11", keep_cashback),
    ("OP11", double_cashback),
    ("OP11", misstate_cashback),
)
PROMOTION_LOOKALIKES: tuple[tuple[str, Twist], ...] = (
    ("OP07", add_gift),
    ("OP08", share_discount),
    ("OP09", stack_shop_coupon),
    ("OP11", cancel_cashback),
    ("OP11", delay_cashback),
)

"""Writes the lives of orders: what is bought, paid, sent and finished on each platform, as it should be."""

from datetime import datetime, timedelta
from random import Random

from tieout.world import merchant, tariffs
from tieout.world.life import Line, Order, Payment
from tieout.world.numbering import Numbers

_TAOBAO, _SELF, _JD = 0.60, 0.85, 0.95
_OWN_ACCOUNTS = {"wechat": merchant.WECHAT_MAIN, "alipay": merchant.ALIPAY_OWN, "unionpay": merchant.UNIONPAY}
_UNPAID, _PRESALE, _MERGED, _BY_WECHAT = 0.04, 0.02, 0.03, 0.05


class Stories:
    """Makes orders one after another; everything that is random comes from one generator."""

    def __init__(self, rng: Random, numbers: Numbers) -> None:
        """Share the world's generator and numbering."""
        self._rng, self._numbers = rng, numbers

    def tell(self, at: datetime, room: int) -> list[Order]:
        """Write the order placed at an instant; two of them where the buyer pays two at once and there is room."""
        share = self._rng.random()
        platform = "taobao" if share < _TAOBAO else "self" if share < _SELF else "jd" if share < _JD else "douyin"
        order = self._order(platform, at)
        if platform in ("jd", "douyin"):
            self._promise(order)
            self._live(order, self._rng.random() >= _UNPAID)
            return [order]
        if platform == "self":
            self._promise(order)
            self._choose_channel(order)
            if room > 1 and order.account != merchant.WECHAT_LEGACY and self._rng.random() < _MERGED:
                return self._merge(order)
        self._live(order, self._rng.random() >= _UNPAID)
        if order.paid_at:
            self._pay(order)
        return [order]

    def settled(self, platform: str, at: datetime, buyer: str) -> Order:
        """Write the paid order of a known buyer on a platform that settles: it needs no channel."""
        order = self._order(platform, at)
        order.buyer = buyer
        self._promise(order)
        self._live(order, True)
        return order

    def pay(self, order: Order, at: datetime, amount: int, merchant_order_no: str, account: str = "") -> Payment:
        """Add a payment to an order's story, through the account it is usually paid with unless another is given."""
        account = account or order.account
        channel = merchant.CHANNEL_OF[account]
        fee = tariffs.fee(account, at.date(), amount)
        number = self._numbers.transaction(channel, at.date())
        payment = Payment(channel, account, number, merchant_order_no, order.order_id, amount, fee, at)
        order.payments.append(payment)
        return payment

    def _order(self, platform: str, at: datetime) -> Order:
        rng = self._rng
        shop = rng.choice(merchant.TAOBAO_SHOPS)[0] if platform == "taobao" else merchant.PLATFORM_SHOPS[platform]
        bought = [(rng.choice(merchant.PRODUCTS), rng.choice((1, 1, 1, 2))) for _ in range(rng.choice((1, 1, 1, 2, 3)))]
        total = sum(product.price * quantity for product, quantity in bought)
        discount = min(rng.choice((0, 0, 0, 500, 1000, 1500, 2088)), total // 4)
        lines, left = [], discount
        for place, (product, quantity) in enumerate(bought):
            gross = product.price * quantity
            share = left if place == len(bought) - 1 else min(left, discount * gross // total)
            left -= share
            lines.append(Line(product, quantity, gross - share))
        order_id = self._numbers.tid() if platform == "taobao" else self._numbers.order(platform, at.date())
        merchant_order_no = f"T200P{order_id}" if platform == "taobao" else ""
        if platform == "self":
            merchant_order_no = self._numbers.merchant_order(at.date())
        freight = rng.choice((0, 0, 0, 800))
        buyer = f"b{rng.randrange(10**7):07d}"
        order = Order(platform, order_id, shop, merchant_order_no, buyer, at, lines, total, discount, freight)
        if platform == "taobao":
            order.account = merchant.WECHAT_MAIN if rng.random() < _BY_WECHAT else merchant.ALIPAY_TAOBAO
        return order

    def _promise(self, order: Order) -> None:
        """Say who bears what: a coupon of the platform comes back to the merchant as a subsidy."""
        if order.discount:
            by_platform = order.platform != "self" and self._rng.random() < 0.3
            kind = self._rng.choice(("full_reduction", "coupon"))
            order.promotions.append((kind, "platform" if by_platform else "merchant", order.discount))
            if by_platform:
                order.subsidy = order.discount
                order.promotions.append(("subsidy", "platform", order.discount))

    def _choose_channel(self, order: Order) -> None:
        share, weekend = self._rng.random(), order.created_at.weekday() >= 5
        order.pay_channel = "wechat" if share < 0.58 else "alipay" if share < 0.92 else "unionpay"
        order.account = _OWN_ACCOUNTS[order.pay_channel]
        # The old mini program is open on working days only, so its weekend bills have no rows.
        if share < 0.10 and not weekend and order.created_at.hour < 22:
            order.account = merchant.WECHAT_LEGACY
        if order.pay_channel == "unionpay" and self._rng.random() < 0.5:
            order.cashback = 300
            order.promotions.append(("cashback", "merchant", 300))

    def _live(self, order: Order, pays: bool) -> None:
        rng, day = self._rng, timedelta(days=1)
        if not pays:
            order.closed_at = order.created_at + day + timedelta(seconds=rng.randrange(3600))
            return
        order.paid_at = order.created_at + timedelta(seconds=rng.randrange(8, 900))
        if order.account == merchant.WECHAT_LEGACY:
            order.paid_at = order.created_at + timedelta(seconds=rng.randrange(8, 60))
        order.shipped_at = order.paid_at + timedelta(seconds=rng.randrange(4 * 3600, 40 * 3600))
        order.completed_at = order.shipped_at + timedelta(seconds=rng.randrange(3 * 86400, 9 * 86400))

    def _pay(self, order: Order) -> None:
        """Pay what is owed: usually once; a presale in two stages on one day, the second under the order's number."""
        paid_at = order.paid_at or order.created_at
        gap = timedelta(seconds=self._rng.randrange(3600, 7200))
        same_day = (paid_at + gap).date() == order.created_at.date() and order.account != merchant.WECHAT_LEGACY
        if self._rng.random() < _PRESALE and same_day:
            order.stages = True
            deposit = order.owed // self._rng.choice((2, 5))
            self.pay(order, paid_at, deposit, order.merchant_order_no)
            number = order.order_id if order.platform == "self" else order.merchant_order_no
            self.pay(order, paid_at + gap, order.owed - deposit, number)
            order.paid_at = paid_at + gap
            if order.shipped_at and order.completed_at:
                order.shipped_at, order.completed_at = order.shipped_at + gap, order.completed_at + gap
            return
        self.pay(order, paid_at, order.owed, order.merchant_order_no)

    def _merge(self, first: Order) -> list[Order]:
        """Write a second order of the same buyer that is paid with the first in one payment."""
        second = self._order("self", first.created_at + timedelta(seconds=2))
        self._promise(second)
        second.buyer, second.pay_channel, second.account = first.buyer, first.pay_channel, first.account
        second.merchant_order_no = first.merchant_order_no
        self._live(first, True)
        self._live(second, True)
        delta = (first.paid_at or first.created_at) - (second.paid_at or second.created_at)
        created = second.created_at
        second.shift(delta)
        second.created_at = created
        first.is_merged = second.is_merged = True
        self.pay(first, first.paid_at or first.created_at, first.owed + second.owed, first.merchant_order_no)
        return [first, second]

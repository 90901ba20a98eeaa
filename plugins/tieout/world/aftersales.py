"""Refunds, returns and compensations: the case, its changes, the platform's record and the money going out."""

from datetime import datetime, timedelta
from random import Random

from tieout.world import goods
from tieout.world.life import Order, Outflow, Payment, Refund
from tieout.world.numbering import Numbers

_REASONS = ("质量问题", "少件/漏发", "不喜欢/不想要", "未按约定时间发货", "商品与描述不符", "七天无理由退换货")
_REFUNDED, _REJECTED, _CHANGED = 0.08, 0.01, 0.3


class AfterSales:
    """Adds cases to orders, as life does it; faults and look-alikes use the same steps."""

    def __init__(self, rng: Random, numbers: Numbers) -> None:
        """Share the world's generator and numbering."""
        self._rng, self._numbers = rng, numbers

    def happen(self, order: Order) -> None:
        """Let a few of the paid orders have an after-sale case: in full before sending, in part or as a return."""
        chance = self._rng.random()
        paid_plainly = order.paid_at and not (order.is_merged or order.stages or order.cashback)
        if not paid_plainly or chance >= _REFUNDED + _REJECTED:
            return
        if chance >= _REFUNDED:
            self.reject(order)
        elif chance < 0.02:
            self.cancel(order)
        elif chance < 0.05 and order.completed_at:
            refund = self.open(order, order.owed, order.completed_at, kind="return_refund")
            refund.goods = goods.ordered(order)
            refund.returned_at = (refund.refunded_at or order.completed_at) - timedelta(hours=1)
            self.send(order, refund)
            order.closed_at = refund.refunded_at if order.platform == "taobao" else None
        else:
            amount = max(100, order.owed * self._rng.randrange(10, 60) // 100)
            changes = (amount + amount // 2, amount) if self._rng.random() < _CHANGED else ()
            self.send(order, self.open(order, amount, order.shipped_at or order.created_at, changes=changes))

    def cancel(self, order: Order) -> Refund:
        """Give everything back before anything is sent; the order closes."""
        paid_at = order.paid_at or order.created_at
        refund = self.open(order, order.owed, paid_at, hours=3)
        order.shipped_at = order.completed_at = None
        order.closed_at = refund.refunded_at
        self.send(order, refund)
        return refund

    def reject(self, order: Order) -> Refund:
        """Open a case that is turned down: nothing is approved, nothing is paid."""
        refund = self.open(order, order.owed // 2, order.shipped_at or order.created_at)
        refund.approvals, refund.refunded_at = [], None
        return refund

    def open(
        self,
        order: Order,
        amount: int,
        after: datetime,
        *,
        changes: tuple[int, ...] = (),
        hours: int = 48,
        kind: str = "refund_only",
    ) -> Refund:
        """Open a case some time after an instant, approve it (each of `changes` in turn) and have it refunded."""
        rng = self._rng
        applied_at = after + timedelta(seconds=rng.randrange(600, hours * 3600))
        amounts = changes or (amount,)
        approvals, at = [], applied_at
        for approved in amounts:
            at += timedelta(seconds=rng.randrange(300, 6 * 3600))
            approvals.append((at, approved))
        refunded_at = at + timedelta(seconds=rng.randrange(5, 1800))
        refund_id, case_id = self._numbers.refund(order.platform, applied_at.date())
        reason = rng.choice(_REASONS)
        refund = Refund(refund_id, case_id, kind, reason, applied_at, amounts[0], approvals, refunded_at)
        order.refunds.append(refund)
        return refund

    def send(
        self,
        order: Order,
        refund: Refund,
        amount: int | None = None,
        *,
        request_no: str = "",
        late: timedelta | None = None,
    ) -> Outflow | None:
        """Pay a refund out, some seconds (or `late`) after the platform's record; JD and Douyin pay from settlement."""
        if not order.payments or refund.refunded_at is None:
            return None
        at = refund.refunded_at + (late if late is not None else timedelta(seconds=self._rng.randrange(1, 30)))
        outgoing = refund.amount if amount is None else amount
        # A refund goes back to the payment that can bear it: of two stages, the larger.
        payment = max(order.payments, key=lambda candidate: candidate.amount)
        return self.outflow(order, payment, request_no or refund.refund_id, outgoing, at)

    def outflow(self, order: Order, payment: Payment, request_no: str, amount: int, at: datetime) -> Outflow:
        """Add an outflow to an order's story; the channel gives its fee back in proportion."""
        fee_back = payment.fee * amount // payment.amount if payment.amount else 0
        number = self._numbers.channel_refund(payment.channel, at.date())
        sent = Outflow(payment, request_no, number, amount, fee_back, at)
        order.outflows.append(sent)
        return sent

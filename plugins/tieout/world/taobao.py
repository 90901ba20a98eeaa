"""Taobao's seller exports of a day: orders, order lines and refunds, GBK, long numbers wrapped as `="…"`."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from tieout.world import merchant
from tieout.world.life import Order, Refund, clock, end_of, fen

_ORDERS = (
    "订单编号,买家会员名,买家支付宝账号,买家应付货款,买家应付邮费,买家支付积分,总金额,返点积分,买家实际支付金额,买家实际支付积分,"
    "订单状态,买家留言,收货人姓名,收货地址,运送方式,联系电话,联系手机,订单创建时间,订单付款时间,宝贝标题,宝贝种类,物流单号,物流公司,"
    "订单备注,宝贝总数量,店铺Id,店铺名称,订单关闭原因,卖家服务费,买家服务费,发票抬头,是否手机订单,分阶段订单信息,特权订金订单id,"
    "定金排名,修改后的sku,修改后的收货地址,异常信息,天猫卡券抵扣,集分宝抵扣,是否是O2O交易,退款金额,发货时间,确认收货时间"
)
_LINES = (
    "子订单编号,主订单编号,标题,价格,购买数量,外部系统编号,商品属性,套餐信息,备注,订单状态,商家编码,支付单号,买家应付货款,"
    "买家实际支付金额,退款状态,退款金额,订单创建时间,订单付款时间"
)
_REFUNDS = (
    "退款编号,订单编号,支付宝交易号,订单付款时间,商品编码,退款完结时间,买家会员名称,买家实际支付金额,宝贝标题,买家退款金额,"
    "手工退款/系统退款,退款类型,退款的申请时间,超时时间,退款状态,货物状态,买家退款原因,买家退款说明,部分退款/全部退款"
)
_STATUS = {
    "unpaid": "等待买家付款",
    "paid": "买家已付款，等待卖家发货",
    "shipped": "卖家已发货，等待买家确认",
    "completed": "交易成功",
    "closed": "交易关闭",
}
_SHOPS = dict(merchant.TAOBAO_SHOPS)


def orders_export(orders: Iterable[Order], day: date) -> bytes:
    """Write the orders that were placed or changed on a day, as they stand at its end."""
    return _encoded([_ORDERS, *(_order_line(order, end_of(day)) for order in orders)])


def _order_line(order: Order, moment: datetime) -> str:
    status, paid = order.status_by(moment), _by(order.paid_at, moment)
    shop, quantity = _SHOPS[order.shop_id], sum(line.quantity for line in order.lines)
    given_back = sum(refund.amount for refund in order.refunds if _by(refund.refunded_at, moment))
    reason = ("退款" if paid else "买家未付款") if status == "closed" else "订单未关闭"
    stages = "阶段1：定金已付；阶段2：尾款已付" if order.stages and paid else ""
    sent = _by(order.shipped_at, moment)
    cells = (
        f'="{order.order_id}"', order.buyer, "", fen(order.list_amount - order.discount), fen(order.freight), "0",
        fen(order.owed), "0", fen(order.owed if paid else 0), "0", _STATUS[status], "", "某**",
        "浙江省杭州市***", "快递", "", "'138****0000", clock(order.created_at), clock(paid),
        order.lines[0].product.name, str(len(order.lines)), f"No:YT{order.order_id[-10:]}" if sent else "",
        "圆通速递" if sent else "", "", str(quantity), order.shop_id, shop, reason,
        "0.00元", "0.00元", "", "手机订单", stages, "", "", "", "", "", "0.00", "0.00", "",
        fen(given_back), clock(sent), clock(_by(order.completed_at, moment)),
    )  # fmt: skip
    return ",".join(cells)


def lines_export(orders: Iterable[Order], day: date) -> bytes:
    """Write the lines of the orders that were placed or changed on a day."""
    rows, moment = [_LINES], end_of(day)
    for order in orders:
        status, paid = _STATUS[order.status_by(moment)], _by(order.paid_at, moment)
        number = order.payments[0].transaction_id if paid and order.payments else ""
        for place, line in enumerate(order.lines, start=1):
            product, left = line.product, line.amount + (order.freight if place == 1 else 0)
            cells = (
                f'="{order.order_id[:-1]}{place}{order.order_id[-1]}"', f'="{order.order_id}"', product.name,
                fen(product.price), str(line.quantity), product.sku, "颜色：米白", "", "", status, product.sku,
                f'="{number}"' if number else "", fen(line.amount), fen(left if paid else 0), "没有申请退款", "0.00",
                clock(order.created_at), clock(paid),
            )  # fmt: skip
            rows.append(",".join(cells))
    return _encoded(rows)


def refunds_export(cases: Iterable[tuple[Order, Refund]], day: date) -> bytes:
    """Write the refund cases that were opened or changed on a day, as they stand at its end."""
    rows, moment = [_REFUNDS], end_of(day)
    for order, refund in cases:
        approved = [amount for at, amount in refund.approvals if at <= moment]
        amount = approved[-1] if approved else refund.applied_amount
        done = _by(refund.refunded_at, moment)
        state = "退款成功" if done else "等待卖家同意" if refund.refunded_at else "退款关闭"
        number = order.payments[0].transaction_id if order.payments else ""
        cells = (
            f'="{refund.refund_id}"', f'="{order.order_id}"', f'="{number}"', clock(order.paid_at),
            order.lines[0].product.sku, clock(done), order.buyer, fen(order.owed), order.lines[0].product.name,
            fen(amount), "手工退款", "退货退款" if refund.type == "return_refund" else "仅退款",
            clock(refund.applied_at), "", state, "买家已退货" if refund.returned_at and done else "买家已收到货",
            refund.reason, "", "全部退款" if amount == order.owed else "部分退款",
        )  # fmt: skip
        rows.append(",".join(cells))
    return _encoded(rows)


def _by(at: datetime | None, moment: datetime) -> datetime | None:
    """Give an instant if it has come by a moment: an export cannot know more."""
    return at if at is not None and at <= moment else None


def _encoded(rows: Sequence[str]) -> bytes:
    return ("\r\n".join(rows) + "\r\n").encode("gbk")

"""The WeChat Pay trade bill: ALL, SUCCESS or REFUND, in all layouts."""

from tieout.core.amounts import Total, amount_at
from tieout.core.content import Content
from tieout.core.reading import Chunk, Keep, Reading
from tieout.core.tables import map_header
from tieout.core.totals import Proof, UnitCheck
from tieout.formats.wechat.bill import Bill

TRADE_HEADER: dict[str, tuple[str, ...]] = {
    "traded_at": ("交易时间",),
    "app_id": ("公众账号ID",),
    "merchant_no": ("商户号",),
    "sub_merchant_no": ("特约商户号", "子商户号"),
    "device_no": ("设备号",),
    "wechat_order_no": ("微信订单号",),
    "merchant_order_no": ("商户订单号",),
    "user_id": ("用户标识",),
    "trade_type": ("交易类型",),
    "trade_state": ("交易状态",),
    "paying_bank": ("付款银行",),
    "currency": ("货币种类",),
    "settled_order_amount": ("应结订单金额", "总金额"),
    "coupon_amount": ("代金券金额", "代金券或立减优惠金额", "企业红包金额"),
    "refund_requested_at": ("退款申请时间",),
    "refund_succeeded_at": ("退款成功时间",),
    "wechat_refund_no": ("微信退款单号",),
    "merchant_refund_no": ("商户退款单号",),
    "refund_amount": ("退款金额",),
    "coupon_refund_amount": ("充值券退款金额", "代金券或立减优惠退款金额", "企业红包退款金额"),
    "refund_type": ("退款类型",),
    "refund_state": ("退款状态",),
    "product_name": ("商品名称",),
    "merchant_data": ("商户数据包",),
    "fee_amount": ("手续费",),
    "fee_rate": ("费率",),
    "order_amount": ("订单金额",),
    "requested_refund_amount": ("申请退款金额",),
    "fee_rate_remark": ("费率备注",),
}
TRADE_COLUMNS = tuple(TRADE_HEADER)
_TRADE_NEEDED = (
    "traded_at", "merchant_no", "wechat_order_no", "merchant_order_no", "trade_state", "currency",
    "settled_order_amount", "fee_amount", "fee_rate",
)  # fmt: skip
_REFUND_COLUMNS = ("wechat_refund_no", "merchant_refund_no", "refund_amount", "refund_state")
_TRADE_SUMS = {
    "应结订单总金额": "settled_order_amount",
    "总交易额": "settled_order_amount",
    "退款总金额": "refund_amount",
    "总退款金额": "refund_amount",
    "充值券退款总金额": "coupon_refund_amount",
    "总代金券或立减优惠退款金额": "coupon_refund_amount",
    "总企业红包退款金额": "coupon_refund_amount",
    "手续费总金额": "fee_amount",
    "订单总金额": "order_amount",
    "申请退款总金额": "requested_refund_amount",
}


class _Tally:
    """What a bill's rows give: sums by column, and whose it is."""

    def __init__(self) -> None:
        self.sums = {column: Total(column) for column in dict.fromkeys(_TRADE_SUMS.values())}
        self.merchants: set[str] = set()
        self.unit = UnitCheck("订单金额、退款金额")

    def add(self, chunk: Chunk) -> None:
        import pyarrow.compute as pc

        for column, total in self.sums.items():
            total.add(chunk.lines, chunk.cells[TRADE_COLUMNS.index(column)])
        for column in TRADE_COLUMNS:
            if column.endswith("_amount") and column != "fee_amount":
                self.unit.add(chunk.cells[TRADE_COLUMNS.index(column)])
        if len(self.merchants) < 2:
            numbers = pc.unique(chunk.cells[TRADE_COLUMNS.index("merchant_no")]).to_pylist()
            self.merchants.update(number for number in numbers if number)


def read_trade(content: Content, keep: Keep) -> Reading:
    """Read a trade bill: ALL, SUCCESS or REFUND, in today's layout or one of the two older ones.

    Proved against the summary: the number of rows and every sum, by name; fees have five decimals. Older bills write
    one 总金额 for what today is 应结订单金额 and 订单金额; it comes as settled_order_amount.
    """
    tally = _Tally()
    bill = Bill(
        TRADE_HEADER,
        _TRADE_NEEDED,
        identifying=("traded_at", "wechat_order_no", "trade_state"),
        count="总交易单数",
        tally=tally.add,
        keep=keep,
    )
    bill.read(content)
    if bill.header:
        present = {name for name, place in zip(TRADE_HEADER, bill.header.places, strict=False) if place is not None}
        if 0 < len(present.intersection(_REFUND_COLUMNS)) < len(_REFUND_COLUMNS):
            map_header(1, bill.header.verbatim, TRADE_HEADER, _REFUND_COLUMNS)
    account = tally.merchants.pop() if len(tally.merchants) == 1 else None
    proof = Proof(account=account)
    tally.unit.refuse()
    proof.check("总交易单数", amount_at(1, "总交易单数", bill.stated["总交易单数"]), bill.count)
    for name, column in _TRADE_SUMS.items():
        if name in bill.stated:
            proof.check(name, amount_at(1, name, bill.stated[name]), tally.sums[column].amount)
    return bill.give(account)

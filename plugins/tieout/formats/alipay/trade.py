"""The Alipay trade bill (业务明细)."""

from collections.abc import Iterable
from decimal import Decimal

from tieout.core.amounts import Total
from tieout.core.content import Content
from tieout.core.money import to_amount
from tieout.core.reading import Chunk, Keep, Reading
from tieout.core.tables import drop_rows
from tieout.core.totals import Proof
from tieout.formats.alipay.bill import open_bill, prove_complete, summary_row
from tieout.formats.alipay.table import BillTable

TRADE_HEADER: dict[str, tuple[str, ...]] = {
    "trade_no": ("支付宝交易号",),
    "merchant_order_no": ("商户订单号",),
    "business_type": ("业务类型",),
    "product_name": ("商品名称",),
    "created_at": ("创建时间",),
    "finished_at": ("完成时间",),
    "store_no": ("门店编号",),
    "store_name": ("门店名称",),
    "operator": ("操作员",),
    "terminal_no": ("终端号",),
    "counterparty_account": ("对方账户",),
    "order_amount": ("订单金额(元)",),
    "received_amount": ("商家实收(元)",),
    "alipay_red_packet_amount": ("支付宝红包(元)",),
    "point_amount": ("集分宝(元)",),
    "alipay_discount_amount": ("支付宝优惠(元)",),
    "merchant_discount_amount": ("商家优惠(元)",),
    "coupon_amount": ("券核销金额(元)",),
    "coupon_name": ("券名称",),
    "merchant_red_packet_amount": ("商家红包消费金额(元)",),
    "card_amount": ("卡消费金额(元)",),
    "refund_request_no": ("退款批次号/请求号",),
    "service_fee_amount": ("服务费(元)",),
    "profit_sharing_amount": ("分润(元)",),
    "remark": ("备注",),
}
TRADE_COLUMNS = (*TRADE_HEADER, "account")
_NEEDED = (
    "trade_no", "merchant_order_no", "business_type", "finished_at", "order_amount", "received_amount",
    "merchant_discount_amount", "refund_request_no", "service_fee_amount", "profit_sharing_amount",
)  # fmt: skip
_FOOTED = ("received_amount", "merchant_discount_amount")
_SUMMED = {
    "订单金额(元)": "order_amount",
    "商家实收(元)": "received_amount",
    "商家优惠(元)": "merchant_discount_amount",
    "服务费(元)": "service_fee_amount",
    "分润(元)": "profit_sharing_amount",
}


class _Tally:
    """What a bill's rows give, payments and refunds apart."""

    def __init__(self) -> None:
        self.counts = {False: 0, True: 0}
        self._columns: tuple[str, ...] = ()
        self._sums: dict[tuple[str, bool], Total] = {}

    def begin(self, columns: Iterable[str]) -> None:
        """Say which columns are added up."""
        self._columns = tuple(columns)
        self._sums = {(column, refund): Total(column) for column in self._columns for refund in (False, True)}

    def add(self, chunk: Chunk) -> None:
        import pyarrow.compute as pc

        kinds = pc.equal(chunk.cells[TRADE_COLUMNS.index("business_type")], "退款").fill_null(False)
        refunds = kinds.to_numpy(zero_copy_only=False)
        for refund in (False, True):
            marked = refunds == refund
            self.counts[refund] += int(marked.sum())
            part = drop_rows(chunk, ~marked)
            for column in self._columns if len(part) else ():
                self._sums[column, refund].add(part.lines, part.cells[TRADE_COLUMNS.index(column)])

    def sum(self, column: str, refund: bool) -> Decimal:
        return self._sums[column, refund].amount


def read_trade(content: Content, keep: Keep) -> Reading:
    """Read a trade bill (业务明细): the zip with or without its summary, or the bare csv.

    Proved against: counts and sums of the footer, every total of the summary member, its account and period.
    """
    tally = _Tally()
    table = BillTable(TRADE_HEADER, _NEEDED, ("trade_no", "business_type", "finished_at"), tally.add, keep)
    with open_bill(content, "支付宝业务") as (detail, summary):
        tally.begin(_SUMMED.values() if summary else _FOOTED)
        table.read(detail)
    proof = Proof(table.bill.window, table.bill.account)
    stated = prove_complete(table.bill, proof, ("交易", "退款") if tally.counts[True] else ("交易",))
    totals: dict[str, str] = {}
    for word, refund in (("交易", False), ("退款", True)):
        count, sums = stated.get(word, (0, {}))
        proof.check(f"{word}笔数", Decimal(count), tally.counts[refund])
        totals[f"{word}笔数"] = str(count)
        for name, amount in sums.items():
            column = _FOOTED["优惠" in name]
            # A refund's total is written with or without its sign.
            proof.check(f"{word}合计 {name}", abs(amount), abs(tally.sum(column, refund)))
            totals[f"{word}合计 {name}"] = str(amount)
    if summary:
        totals |= _check_summary(summary_row(table.bill, summary, proof), tally, proof)
    return table.give(totals)


def _check_summary(stated: dict[str, str], tally: _Tally, proof: Proof) -> dict[str, str]:
    counted = {name: tally.sum(column, False) + tally.sum(column, True) for name, column in _SUMMED.items()}
    counted |= {
        "交易订单总笔数": Decimal(tally.counts[False]),
        "退款订单总笔数": Decimal(tally.counts[True]),
    }
    for name, value in counted.items():
        if name in stated:
            proof.check(f"汇总 {name}", to_amount(stated[name]), value)
    return {f"汇总 {name}": value for name, value in stated.items() if name in counted}

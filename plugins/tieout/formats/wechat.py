"""WeChat Pay merchant bills: the trade bill (all layouts) and the fund flow bill."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tieout.core.reading import Reading, Rejection, Row, UnreadableError
from tieout.core.tables import Header, Names, RowCheck, map_header, normalise, refuse_if_nothing_is_left
from tieout.core.text import decode, split_lines
from tieout.core.totals import Proof, Step, amount_at, check_unit

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
FUNDFLOW_HEADER: dict[str, tuple[str, ...]] = {
    "recorded_at": ("记账时间",),
    "payment_business_no": ("微信支付业务单号",),
    "flow_no": ("资金流水单号",),
    "business_name": ("业务名称",),
    "business_type": ("业务类型",),
    "direction": ("收支类型",),
    "amount": ("收支金额(元)",),
    "balance_after": ("账户结余(元)",),
    "submitted_by": ("资金变更提交申请人",),
    "remark": ("备注",),
    "voucher_no": ("业务凭证号",),
}
TRADE_COLUMNS = tuple(TRADE_HEADER)
FUNDFLOW_COLUMNS = tuple(FUNDFLOW_HEADER)
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
_OLD_TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d：\d\d：\d\d")


@dataclass(frozen=True)
class _Bill:
    header: Header
    columns: tuple[str, ...]
    all: list[Row]
    rejected: list[Rejection]
    stated: dict[str, str]

    def values(self, column: str) -> list[str | None]:
        place = self.columns.index(column)
        return [cells[place] for _, cells in self.all]

    def amounts(self, column: str) -> list[Decimal]:
        place = self.columns.index(column)
        return [amount_at(line, column, cells[place]) for line, cells in self.all]


def _clean(cell: str) -> str | None:
    """Take off the one backtick that stands before every value; what follows is the value, whatever it holds.

    Times with full-width colons, as in the first years' bills, come with ordinary ones.
    """
    value = cell.strip().removeprefix("`").strip()
    if "：" in value and _OLD_TIME.fullmatch(value):
        value = value.replace("：", ":")
    return value or None


def _read_bill(content: bytes, names: Names, needed: Sequence[str], identifying: Sequence[str], count: str) -> _Bill:
    """Read header, rows and summary. The format knows no quoting: a comma in free text comes escaped."""
    lines = [(number, line) for number, line in enumerate(split_lines(decode(content)), 1) if line.strip(" \t,`")]
    if not lines:
        raise UnreadableError("empty", "the file has no header and no rows; fetch it again")
    header = map_header(lines[0][0], lines[0][1].split(","), names, needed)
    summary = next((i for i, (_, line) in enumerate(lines) if normalise(line.split(",")[0]) == count), None)
    if summary is None or summary + 2 != len(lines):
        raise UnreadableError(
            "unreadable", f"the bill does not end with its summary ({count} and one line of figures): it is cut off or "
            "was edited; fetch it again",
        )  # fmt: skip
    written = [normalise(name) for name in lines[summary][1].split(",")]
    figures = [_clean(cell) or "0" for cell in lines[summary + 1][1].split(",")]
    bill = _Bill(header, (*names, *header.unknown), [], [], dict(zip(written, figures, strict=False)))
    check = RowCheck(names, identifying)
    for number, line in lines[1:summary]:
        cells = line.split(",")
        if len(cells) != header.width:
            raise UnreadableError(
                "unreadable", f"line {number} has {len(cells)} cells, the header has {header.width}; the file is cut "
                "off or was edited: fetch it again", line=number, value=line[:200],
            )  # fmt: skip
        row = header.pick(cells, _clean)
        bill.all.append((number, row))
        problem = check.find_problem(number, row)
        if problem:
            bill.rejected.append(problem)
    refuse_if_nothing_is_left(range(len(bill.all) - len(bill.rejected)), bill.rejected)
    return bill


def _give(bill: _Bill, day_column: str, account: str | None) -> Reading:
    rejected = {problem.line for problem in bill.rejected}
    rows = [row for row in bill.all if row[0] not in rejected]
    place = bill.columns.index(day_column)
    days = sorted(cells[place] or "" for _, cells in rows)
    window = (date.fromisoformat(days[0][:10]), date.fromisoformat(days[-1][:10])) if days else None
    return Reading(
        bill.columns, bill.header.verbatim, rows, bill.rejected, bill.stated, window, account, None, bill.header.unknown
    )


def read_trade(content: bytes) -> Reading:
    """Read a trade bill: ALL, SUCCESS or REFUND, in today's layout or one of the two older ones.

    Proved against the summary: the number of rows and every sum, by name; fees have five decimals. Older bills write
    one 总金额 for what today is 应结订单金额 and 订单金额; it comes as settled_order_amount.
    """
    bill = _read_bill(
        content, TRADE_HEADER, _TRADE_NEEDED, ("traded_at", "wechat_order_no", "trade_state"), "总交易单数"
    )
    present = {name for name, place in zip(TRADE_HEADER, bill.header.places, strict=False) if place is not None}
    if 0 < len(present.intersection(_REFUND_COLUMNS)) < len(_REFUND_COLUMNS):
        map_header(1, bill.header.verbatim, TRADE_HEADER, _REFUND_COLUMNS)
    merchants = {merchant for merchant in bill.values("merchant_no") if merchant}
    account = merchants.pop() if len(merchants) == 1 else None
    proof = Proof(account=account)
    amounts = [name for name in TRADE_COLUMNS if name.endswith("_amount") and name != "fee_amount"]
    check_unit((value for name in amounts for value in bill.values(name)), "订单金额、退款金额")
    proof.check("总交易单数", amount_at(1, "总交易单数", bill.stated["总交易单数"]), len(bill.all))
    for name, column in _TRADE_SUMS.items():
        if name in bill.stated:
            counted = sum(bill.amounts(column), Decimal(0))
            proof.check(name, amount_at(1, name, bill.stated[name]), counted)
    return _give(bill, "traded_at", account)


def read_fundflow(content: bytes) -> Reading:
    """Read a fund flow bill (资金账单); amounts are positive, 收支类型 gives the direction.

    Proved against: counts and sums of the summary, and the running balance.
    """
    bill = _read_bill(
        content, FUNDFLOW_HEADER, FUNDFLOW_COLUMNS,
        ("recorded_at", "flow_no", "business_type", "direction", "amount", "balance_after"), "资金流水总笔数",
    )  # fmt: skip
    proof = Proof()
    check_unit(bill.values("amount"), "收支金额(元)")
    directions, amounts = bill.values("direction"), bill.amounts("amount")
    for (line, _), direction in zip(bill.all, directions, strict=True):
        if direction not in {"收入", "支出"}:
            raise UnreadableError(
                "unreadable", f"line {line}: 收支类型 is '{direction}', neither 收入 nor 支出", line=line,
                column="收支类型", value=direction,
            )  # fmt: skip
    counted = {"资金流水总笔数": Decimal(len(bill.all))}
    for word in ("收入", "支出"):
        moved = [amount for amount, direction in zip(amounts, directions, strict=True) if direction == word]
        counted |= {f"{word}笔数": Decimal(len(moved)), f"{word}金额": sum(moved, Decimal(0))}
    for name, figure in counted.items():
        if name not in bill.stated:
            proof.fail("schema_drift", f"the summary has no {name}; it has: {'、'.join(bill.stated)}")
        proof.check(name, amount_at(1, name, bill.stated[name]), figure)
    lines = zip(bill.all, amounts, directions, bill.amounts("balance_after"), strict=True)
    steps = [Step(line, a if direction == "收入" else -a, balance) for (line, _), a, direction, balance in lines]
    balances = proof.check_chain(steps)
    if balances:
        bill.stated.update({"期初余额": str(balances[0]), "期末余额": str(balances[1])})
    return _give(bill, "recorded_at", None)

"""WeChat Pay's bills as text: 交易账单 (trade, ALL) and 资金账单 (fund flow), with backticks and a two-line footer."""

from collections.abc import Sequence

from tieout.world.cash import Entry
from tieout.world.life import Outflow, Payment, clock, fen

_HEADER = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,"
    "代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,"
    "申请退款金额,费率备注"
)
_TOTALS = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"
_OLD_HEADER = (
    "交易时间,公众账号ID,商户号,子商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,总金额,"
    "代金券或立减优惠金额,微信退款单号,商户退款单号,退款金额,代金券或立减优惠退款金额,退款类型,退款状态,商品名称,商户数据包,"
    "手续费,费率"
)
_OLD_TOTALS = "总交易单数,总交易额,总退款金额,总代金券或立减优惠退款金额,手续费总金额"
_FUND_HEADER = (
    "记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),资金变更提交申请人,备注,"
    "业务凭证号"
)
_FUND_TOTALS = "资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额"
_FUND_TYPES = {
    "payment": ("交易", "交易"),
    "fee": ("扣除交易手续费", "扣除交易手续费"),
    "refund": ("退款", "退款"),
    "payout": ("提现", "提现"),
    "payout_returned": ("提现", "提现"),
    "transfer": ("转账", "转账"),
}
_REFUND_STATES = {"success": "SUCCESS", "processing": "PROCESSING", "failed": "FAIL"}


def trade_bill(account: str, records: Sequence[Payment | Outflow], legacy: bool = False, wrong_by: int = 0) -> bytes:
    """Write a day's trade bill; `wrong_by` fen is added to the footer alone, so that the file does not add up."""
    rows = sorted(records, key=lambda record: record.at)
    owed = sum(record.amount for record in rows if isinstance(record, Payment))
    back = sum(record.amount for record in rows if isinstance(record, Outflow))
    fees = sum(record.fee if isinstance(record, Payment) else -record.fee_back for record in rows)
    lines = [_OLD_HEADER if legacy else _HEADER, *(_ticked(_trade_cells(account, row, legacy)) for row in rows)]
    count, total = str(len(rows)), fen(owed + wrong_by)
    if legacy:
        lines += [_OLD_TOTALS, _ticked([count, total, fen(back), "0.00", _fee(fees)])]
    else:
        lines += [_TOTALS, _ticked([count, total, fen(back), "0.00", _fee(fees), total, fen(back)])]
    return _encoded(lines, with_mark=not legacy)


def _trade_cells(account: str, record: Payment | Outflow, legacy: bool) -> list[str]:
    payment = record if isinstance(record, Payment) else record.payment
    sold, gone, state = fen(payment.amount), "0.00", "SUCCESS" if payment.status == "success" else "REVOKED"
    refund, fee = ["0", "0", "0.00", "0.00", "", ""], payment.fee
    if isinstance(record, Outflow):
        sold, gone, state, fee = "0.00", fen(record.amount), "REFUND", -record.fee_back
        refund = [record.channel_refund_id, record.request_no, gone, "0.00", "ORIGINAL", _REFUND_STATES[record.status]]
    # A comma in a merchant's own text is written as backslash and blank, a quotation mark stands as it is.
    cells = [
        clock(record.at), "wx8888888888888888", account, "0", "", payment.transaction_id, payment.merchant_order_no,
        f"oUpF8u{payment.transaction_id[-10:]}", "JSAPI", state, "OTHERS", payment.currency, sold, "0.00", *refund,
        '拾光家居\\ "好物"', "", _fee(fee), "0.60%",
    ]  # fmt: skip
    return cells if legacy else [*cells, sold, gone, ""]


def fund_bill(account: str, entries: Sequence[Entry], legacy: bool = False) -> bytes:
    """Write a day's fund flow in posting order; amounts are positive, the direction is a word."""
    header = _FUND_HEADER.replace("(元)", "（元）") if legacy else _FUND_HEADER
    incoming = [entry.amount for entry in entries if entry.amount > 0]
    outgoing = [-entry.amount for entry in entries if entry.amount < 0]
    lines = [header, *(_ticked(_fund_cells(account, entry)) for entry in entries), _FUND_TOTALS]
    figures = [len(entries), len(incoming), fen(sum(incoming)), len(outgoing), fen(sum(outgoing))]
    return _encoded([*lines, _ticked([str(figure) for figure in figures])], with_mark=False)


def _fund_cells(account: str, entry: Entry) -> list[str]:
    name, kind = _FUND_TYPES[entry.kind]
    remark, voucher, asked_by = entry.remark, entry.merchant_order_no, "system"
    if entry.kind == "refund":
        gross = -entry.amount + entry.fee_part
        remark, voucher = f"退款总金额{fen(gross)}元;含手续费{fen(entry.fee_part)}元", entry.request_no
        asked_by = f"{account}API"
    elif entry.kind in ("payout", "payout_returned"):
        remark, voucher = "提现退票" if entry.amount > 0 else "T+1自动提现", entry.business_no
    return [
        clock(entry.at), entry.business_no, entry.line_id, name, kind,
        "收入" if entry.amount > 0 else "支出", fen(abs(entry.amount)), fen(entry.balance), asked_by, remark, voucher,
    ]  # fmt: skip


def _fee(amount: int) -> str:
    return f"{fen(amount)}000"


def _ticked(cells: Sequence[str]) -> str:
    return ",".join(f"`{cell}" for cell in cells)


def _encoded(lines: Sequence[str], with_mark: bool) -> bytes:
    return ("\r\n".join(lines) + "\r\n").encode("utf-8-sig" if with_mark else "utf-8")

"""Alipay's bill archives: 业务明细 (trade) and 账务明细 (signcustomer), a zip a day and account, all in GBK."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from tieout.world import merchant
from tieout.world.archives import pack
from tieout.world.cash import Entry
from tieout.world.life import Outflow, Payment, clock, fen

_TRADE_HEADER = (
    "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,订单金额（元）,"
    "商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,券名称,商家红包消费金额（元）,"
    "卡消费金额（元）,退款批次号/请求号,服务费（元）,分润（元）,备注"
)
_SUMMARY_HEADER = (
    "门店编号,门店名称,交易订单总笔数,退款订单总笔数,订单金额（元）,商家实收（元）,支付宝优惠（元）,商家优惠（元）,"
    "卡消费金额（元）,服务费（元）,分润（元）,实收净额（元）"
)
_LEDGER_HEADER = (
    "账务流水号,业务流水号,商户订单号,商品名称,发生时间,对方账号,收入金额（+元）,支出金额（-元）,账户余额（元）,"
    "交易渠道,业务类型,备注"
)
_LEDGER_MORE = "业务描述,业务账单来源,业务基础订单号,业务订单号"
_LEDGER_SUMMARY_HEADER = "类型,收入笔数,收入金额（+元）,支出笔数,支出金额（-元）,总金额（元）"
_TYPES = {
    "payment": ("交易付款", "0010001|交易收款-交易收款"),
    "fee": ("收费", "0030001|服务费-支付服务费"),
    "fee_back": ("退费", "0030002|服务费-支付服务费返还"),
    "refund": ("交易退款", "0020001|交易退款-余额退款"),
    "refund_returned": ("交易退款", "0020009|交易退款-退款退回"),
    "commission": ("收费", "0030003|软件服务费-类目软件服务费（原天猫佣金）"),
    "payout": ("提现", "0080001|提现-提现"),
    "payout_returned": ("提现", "0080002|提现-提现退票"),
    "transfer": ("转账", ""),
}


def trade_archive(
    account: str, day: date, records: Sequence[Payment | Outflow], exported_at: datetime, wrong_by: int = 0
) -> bytes:
    """Write a day's trade bill, ordered by time; `wrong_by` fen spoils the first row's amount, totals and all.

    Every other day the summary member stands first: readers choose a member by its content, never by its place.
    """
    rows = sorted(records, key=lambda record: record.at)
    lines, got, given, fees = [], [0, 0], [0, 0], 0
    for index, record in enumerate(rows):
        extra = wrong_by if index == 0 else 0
        payment, is_refund = (record, False) if isinstance(record, Payment) else (record.payment, True)
        amount = -record.amount if is_refund else record.amount + extra
        fee = record.fee_back if isinstance(record, Outflow) else -record.fee
        tally = given if is_refund else got
        tally[0], tally[1], fees = tally[0] + 1, tally[1] + amount, fees + fee
        lines.append(_trade_line(record, payment, amount, fee))
    body = _framed(
        "业务", account, day, [_TRADE_HEADER, *lines],
        totals=[
            f"#交易合计：{got[0]}笔，商家实收共{fen(got[1])}元，商家优惠共0.00元",
            f"#退款合计：{given[0]}笔，商家实收退款共{fen(given[1])}元，商家优惠退款共0.00元",
        ],
        exported_at=exported_at,
    )  # fmt: skip
    net = got[1] + given[1]
    figures = f"{got[0]},{given[0]},{fen(net)},{fen(net)},0.00,0.00,0.00,{fen(fees)},0.00,{fen(net + fees)}"
    summary = _framed("业务汇总", account, day, [_SUMMARY_HEADER, f"合计,\t,{figures}"], exported_at=exported_at)
    members = [(f"{account}_{day:%Y%m%d}_业务明细.csv", body), (f"{account}_{day:%Y%m%d}_业务明细(汇总).csv", summary)]
    return _archive(members[::-1] if day.toordinal() % 2 else members)


def _trade_line(record: Payment | Outflow, payment: Payment, amount: int, fee: int) -> str:
    request_no = record.request_no if isinstance(record, Outflow) else ""
    kind = "退款" if isinstance(record, Outflow) else "交易"
    at, tail = clock(record.at), payment.transaction_id[-4:]
    return (
        f"{payment.transaction_id}\t,{payment.merchant_order_no}\t,{kind},拾光家居,{at},{at},\t,\t,\t,\t,*某(138****{tail}),"
        f"{fen(amount)},{fen(amount)},0.00,0.00,0.00,0.00,0.00,,0.00\t,0.00,{request_no}\t,{fen(fee)},0.00,"
    )


def ledger_archive(account: str, day: date, entries: Sequence[Entry], exported_at: datetime) -> bytes:
    """Write a day's ledger in posting order with its running balance.

    The Taobao account has the sixteen current columns and negative outflows, the own site's account the twelve old ones
    and unsigned outflows; the balance tells which.
    """
    modern = account != merchant.ALIPAY_OWN
    header = f"{_LEDGER_HEADER},{_LEDGER_MORE}" if modern else _LEDGER_HEADER
    incoming = [entry.amount for entry in entries if entry.amount > 0]
    outgoing = [entry.amount for entry in entries if entry.amount < 0]
    body = _framed(
        "账务", account, day, [header, *(_ledger_line(entry, modern) for entry in entries)],
        totals=[
            f"#支出合计：{len(outgoing)}笔，共{fen(sum(outgoing) if modern else -sum(outgoing))}元",
            f"#收入合计：{len(incoming)}笔，共{fen(sum(incoming))}元",
        ],
        exported_at=exported_at,
    )  # fmt: skip
    total = sum(incoming) + sum(outgoing)
    figures = f"合计,{len(incoming)},{fen(sum(incoming))},{len(outgoing)},{fen(sum(outgoing))},{fen(total)}"
    summary = _framed("账务汇总", account, day, [_LEDGER_SUMMARY_HEADER, figures], exported_at=exported_at)
    members = [(f"{account}_{day:%Y%m%d}_账务明细.csv", body), (f"{account}_{day:%Y%m%d}_账务明细(汇总).csv", summary)]
    return _archive(members[::-1] if day.toordinal() % 3 == 0 else members)


def _ledger_line(entry: Entry, modern: bool) -> str:
    kind, described = _TYPES[entry.kind]
    income = fen(entry.amount) if entry.amount > 0 else "0.00"
    outgo = "0.00" if entry.amount > 0 else fen(entry.amount if modern else -entry.amount)
    line = (
        f"{entry.line_id}\t,{entry.business_no}\t,{entry.merchant_order_no}\t,拾光家居,{clock(entry.at)},*某,{income},{outgo},"
        f"{fen(entry.balance)},支付宝,{kind},{_remark(entry)}"
    )
    if not modern:
        return line
    # Taobao names the order in one of three places; two rows in three use the column meant for it.
    base = entry.order_id if int(entry.line_id[-1]) % 3 else ""
    return f"{line},{described},商家版,{base}\t,{entry.request_no}\t"


def _remark(entry: Entry) -> str:
    if entry.kind == "commission":
        return f"天猫佣金（类目）{{{entry.order_id}}}扣款"
    if entry.kind in ("refund", "refund_returned"):
        return f"退款请求号：{entry.request_no}" + ("，退款退回" if entry.kind == "refund_returned" else "")
    if entry.kind == "payout_returned":
        return "提现退票"
    if entry.kind == "payment" and entry.order_id and int(entry.line_id[-1]) % 4 == 0:
        return f"订单号：{entry.order_id}"
    return entry.remark


def _framed(
    title: str, account: str, day: date, lines: list[str], *, totals: Sequence[str] = (), exported_at: datetime
) -> list[str]:
    """Put preamble and footer around the rows, as the real files have them."""
    shown, rule = title.removesuffix("汇总"), "-" * 40
    listed = f"{title}列表" if title.endswith("汇总") else f"{shown}明细列表"
    until = day + timedelta(days=1)
    return [
        f"#支付宝{shown}{'汇总' if title.endswith('汇总') else '明细'}查询",
        f"#账号：[{account}]",
        f"#起始日期：[{day:%Y年%m月%d日} 00:00:00]   终止日期：[{until:%Y年%m月%d日} 00:00:00]",
        f"#{rule}{listed}{rule}",
        *lines,
        f"#{rule}{listed}结束{rule}",
        *totals,
        f"#导出时间：[{exported_at:%Y年%m月%d日 %H:%M:%S}]",
    ]


def _archive(members: list[tuple[str, list[str]]]) -> bytes:
    return pack([(name.encode("gbk"), ("\r\n".join(lines) + "\r\n").encode("gbk")) for name, lines in members])

"""Files as platforms and banks really write them, small enough to add up by hand. Every builder gives exact bytes."""

# ruff: noqa: E501, PLR0917 - headers and rows stand as the files have them

import io
import zipfile

PID = "20885212319120680156"
TRADE_HEADER = (
    "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,订单金额（元）,商家实收（元）,"
    "支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,券名称,商家红包消费金额（元）,卡消费金额（元）,"
    "退款批次号/请求号,服务费（元）,分润（元）,备注"
)
LEDGER_HEADER = "账务流水号,业务流水号,商户订单号,商品名称,发生时间,对方账号,收入金额（+元）,支出金额（-元）,账户余额（元）,交易渠道,业务类型,备注"
WECHAT_ALL = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,"
    "代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,"
    "申请退款金额,费率备注"
)
WECHAT_SUMMARY = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"
FUND_HEADER = "记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),资金变更提交申请人,备注,业务凭证号"


def alipay_frame(kind: str, body: list[str], footer: list[str]) -> str:
    """Preamble, table and footer of a bill of 2026-05-01."""
    lines = [
        f"#支付宝{kind}查询",
        f"#账号：[{PID}]",
        "#起始日期：[2026年05月01日 00:00:00]   终止日期：[2026年05月02日 00:00:00]",
        f"#----------------------------------------{kind}列表----------------------------------------",
        *body,
        f"#----------------------------------------{kind}列表结束------------------------------------",
        *footer,
        "#导出时间：[2026年05月02日 09:41:12]",
    ]
    return "\r\n".join(lines) + "\r\n"


def trade_row(no: str, kind: str, amount: str, fee: str, request_no: str = "", name: str = "陶瓷杯") -> str:
    """A row of a trade bill with its trailing TABs."""
    at = "2026-05-01 08:30:00"
    return (
        f"{no}\t,A{no[-4:]}\t,{kind}\t,{name},{at},{at},\t,\t,\t,\t,*杨(137****2600)\t,{amount},{amount},0.00,0.00,0.00,0.00,"
        f"0.00,,0.00\t,0.00,{request_no}\t,{fee},0.00,"
    )


PAID = trade_row("2026050122001004720299453898", "交易", "20.00", "-0.12")
PAID_TOO = trade_row("2026050122001004720299453899", "交易", "35.80", "-0.21", name="碗,大号")
REFUNDED = trade_row("2026050122001004720299453898", "退款", "-5.50", "0.03", "R77")
TRADE_FOOTER = [
    "#交易合计：2笔，商家实收共55.80元，商家优惠共0.00元",
    "#退款合计：1笔，商家实收退款共-5.50元，商家优惠退款共0.00元",
]


def alipay_trade(rows: list[str] | None = None, footer: list[str] | None = None) -> str:
    """A trade bill's detail: two payments, one with a comma in its product name, and a refund."""
    rows = [PAID, PAID_TOO, REFUNDED] if rows is None else rows
    return alipay_frame("业务明细", [TRADE_HEADER, *rows], TRADE_FOOTER if footer is None else footer)


def alipay_trade_summary(fee: str = "-0.30") -> str:
    """The summary beside it."""
    header = (
        "门店编号,门店名称,交易订单总笔数,退款订单总笔数,订单金额（元）,商家实收（元）,支付宝优惠（元）,商家优惠（元）,卡消费金额（元）,"
        "服务费（元）,分润（元）,实收净额（元）"
    )
    return alipay_frame("业务汇总", [header, f"合计\t,\t,2,1,50.30,50.30,0.00,0.00,0.00,{fee},0.00,50.00"], [])


def ledger_row(no: int, income: str, expense: str, balance: str, kind: str) -> str:
    """A row of an account ledger."""
    return (
        f"546324465373{no}\t,20260501229239\t,A{no}\t,杯\t,2026-05-01 21:0{no}:06,陈* (k***@126.com)\t,{income},{expense},"
        f"{balance},支付宝,{kind},"
    )


LEDGER_ROWS = [
    ledger_row(1, "20.00", "0.00", "120.00", "在线支付"),
    ledger_row(2, "0.00", "-0.12", "119.88", "收费"),
    ledger_row(3, "35.80", "", "155.68", "在线支付"),
    ledger_row(4, "0.00", "-5.50", "150.18", "交易退款"),
]


def alipay_ledger(rows: list[str] | None = None, expense: str = "-5.62") -> str:
    """An account ledger's detail; it leads from 100.00 to 150.18."""
    footer = [f"#支出合计：2笔，共{expense}元,,,,", "#收入合计：2笔，共55.80元,,,,"]
    return alipay_frame("账务明细", [LEDGER_HEADER, *(LEDGER_ROWS if rows is None else rows)], footer)


def alipay_ledger_summary() -> str:
    """The summary beside it."""
    header = "类型,收入笔数,收入金额（+元）,支出笔数,支出金额（-元）,总金额（元）"
    return alipay_frame("账务汇总", [header, "合计,2,55.80,2,-5.62,50.18"], [])


def zipped(*members: tuple[str, bytes]) -> bytes:
    """A zip whose member names are GBK without the UTF-8 flag, as Alipay writes them (not as Python would)."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for place, (_, content) in enumerate(members):
            archive.writestr(f"member{place:02}", content)
    packed = stream.getvalue()
    for place, (name, _) in enumerate(members):
        raw = name.encode("gbk")
        assert len(raw) == 8, "names of eight bytes keep all offsets"
        packed = packed.replace(f"member{place:02}".encode(), raw)
    return packed


def alipay_zip(summary: str, detail: str) -> bytes:
    """The archive of a day, summary first."""
    return zipped(("业务汇总", summary.encode("gb18030")), ("业务明细", detail.encode("gb18030")))


WECHAT_ROWS = [
    "`2026-05-01 08:35:41,`wx8,`1900001,`0,`,`4200000920202605010000000001,`S1,`oUp,`JSAPI,`SUCCESS,`CFT,`CNY,`60.00,`0.00,`0,`0,"
    '`0.00,`0.00,`,`,`杯"大\\ 蓝",`,`0.36000,`0.60%,`60.00,`0.00,`',
    "`2026-05-01 09:35:41,`wx8,`1900001,`0,`,`4200000920202605010000000001,`S1,`oUp,`JSAPI,`REFUND,`CFT,`CNY,`0.00,`0.00,"
    "`50300806962026050100000001,`R1,`12.50,`0.00,`ORIGINAL,`PROCESSING,`杯,`,`-0.07500,`0.60%,`0.00,`12.50,`",
]


def wechat_trade(rows: list[str] | None = None, figures: str = "2,60.00,12.50,0.00,0.28500,60.00,12.50") -> str:
    """A trade bill (ALL): a payment and its partial refund; the fee has five decimals."""
    ticked = ",".join(f"`{figure}" for figure in figures.split(","))
    return (
        "\r\n".join(["\ufeff" + WECHAT_ALL, *(WECHAT_ROWS if rows is None else rows), WECHAT_SUMMARY, ticked]) + "\r\n"
    )


WECHAT_LEGACY = (
    "交易时间,公众账号ID,商户号,子商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,总金额,"
    "代金券或立减优惠金额,微信退款单号,商户退款单号,退款金额,代金券或立减优惠退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率\n"
    "`2014-11-10 16：33：45,`wx2,`10000100,`0,`1000,`1001690740201411100005734289,`1415640626,`085,`MICROPAY,`SUCCESS,`OTHERS,"
    "`CNY,`0.01,`0.0,`0,`0,`0,`0,`,`,`被扫支付,`额外,`0,`0.60%\n"
    "总交易单数,总交易额,总退款金额,总代金券或立减优惠退款金额,手续费总金额\n`1,`0.01,`0.0,`0.0,`0"
)
WECHAT_SUCCESS = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,"
    "代金券金额,商品名称,商户数据包,手续费,费率,订单金额,费率备注\n"
    "`2026-05-01 18:46:41,`wx,`190,`0,`,`42000001,`S9,`o,`JSAPI,`SUCCESS,`CFT,`CNY,`3.05,`0.00,`杯,`,`0.02000,`0.60%,`3.05,`\n"
    f"{WECHAT_SUMMARY}\n`1,`3.05,`0.00,`0.00,`0.02000,`3.05,`0.00"
)
WECHAT_REFUND = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,"
    "代金券金额,退款申请时间,退款成功时间,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,"
    "手续费,费率,订单金额,申请退款金额,费率备注\n"
    "`2026-05-01 20:53:36,`wx,`190,`0,`,`42000001,`S9,`o,`JSAPI,`REFUND,`CFT,`CNY,`0.00,`0.00,`2026-05-01 20:53:36,"
    "`2026-05-01 20:53:40,`503001,`R9,`2.02,`0.00,`ORIGINAL,`SUCCESS,`杯,`,`-0.02000,`0.60%,`0.00,`2.02,`\n"
    f"{WECHAT_SUMMARY}\n`1,`0.00,`2.02,`0.00,`-0.02000,`0.00,`2.02"
)


def fund_row(second: int, business: str, direction: str, amount: str, balance: str) -> str:
    """A row of a fund flow bill; payment and fee share their business number."""
    return (
        f"`2026-05-01 13:54:0{second},`4200000920202605010000000001,`F{second},`{business},`{business},`{direction},`{amount},"
        f"`{balance},`system,`缺货,`S1"
    )


FUND_ROWS = [
    fund_row(1, "交易", "收入", "60.00", "160.00"),
    fund_row(2, "扣除交易手续费", "支出", "0.36", "159.64"),
    fund_row(3, "退款", "支出", "12.42", "147.22"),
]


def wechat_fundflow(rows: list[str] | None = None, figures: str = "3.0,1.0,60.00,2.0,12.78") -> str:
    """A fund flow bill that leads from 100.00 to 147.22."""
    ticked = ",".join(f"`{figure}" for figure in figures.split(","))
    header = "资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额"
    return "\n".join([FUND_HEADER, *(FUND_ROWS if rows is None else rows), header, ticked]) + "\n"

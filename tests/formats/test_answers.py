"""Every format, read from a file in its real form, gives the rows, totals, window and account that lie beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest

from tieout.sources import STREAMS

from . import bills, statements
from .whole import Whole, read

MAY = date(2026, 5, 1)


@dataclass(frozen=True)
class Case:
    """A file and its answer: the stream, rows as (line, {column: value}), and what else the reading must say."""

    stream: tuple[str, str]
    content: bytes
    rows: list[tuple[int, Mapping[str, str | None]]]
    window: tuple[date, date] | None = (MAY, MAY)
    account: str | None = None
    totals: Mapping[str, str] | None = None


TRADE = [
    (6, {"trade_no": "2026050122001004720299453898", "received_amount": "20.00", "account": bills.PID, "remark": None}),
    (7, {"product_name": "碗,大号", "service_fee_amount": "-0.21", "finished_at": "2026-05-01 08:30:00"}),
    (8, {"business_type": "退款", "refund_request_no": "R77", "order_amount": "-5.50"}),
]
LEDGER = [
    (
        6,
        {
            "entry_no": "5463244653731",
            "income_amount": "20.00",
            "balance_after": "120.00",
            "counterparty_account": "陈* (k***@126.com)",
        },
    ),
    (7, {"expense_amount": "-0.12"}),
    (8, {"expense_amount": None, "base_order_no": None}),
    (9, {"business_type": "交易退款", "account": bills.PID}),
]
WECHAT = [
    (2, {"wechat_order_no": "4200000920202605010000000001", "product_name": '杯"大\\ 蓝"', "fee_amount": "0.36000"}),
    (3, {"refund_state": "PROCESSING", "refund_amount": "12.50", "wechat_refund_no": "50300806962026050100000001"}),
]
CMB = [
    (5, {"debit_amount": None, "credit_amount": "1,000.00", "counterparty_name": "支付宝（中国）"}),
    (6, {"debit_amount": "250.50", "serial_no": "C002"}),
    (7, {"debit_amount": "-250.50", "transaction_date": "20260501"}),
    (8, {"balance_after": "11000.40", "counterparty_account": None}),
]
LEDGER_TOTALS = {"期初余额": "100.00", "期末余额": "150.18", "支出合计": "-5.62", "收入笔数": "2"}

CASES = {
    "alipay trade zip, summary first": Case(
        ("alipay", "trade"),
        bills.alipay_zip(bills.alipay_trade_summary(), bills.alipay_trade()),
        TRADE,
        account=bills.PID,
        totals={"交易笔数": "2", "汇总 服务费(元)": "-0.30", "退款合计 商家实收退款": "-5.50"},
    ),
    "alipay trade csv in utf-8": Case(
        ("alipay", "trade"), bills.alipay_trade().encode("utf-8-sig"), TRADE, account=bills.PID
    ),
    "alipay day without trades": Case(
        ("alipay", "trade"),
        bills.alipay_trade([], ["#交易合计：0笔，商家实收共0.00元，商家优惠共0.00元"]).encode("gbk"),
        [],
        account=bills.PID,
        totals={"交易笔数": "0"},
    ),
    "alipay ledger zip": Case(
        ("alipay", "signcustomer"),
        bills.alipay_zip(bills.alipay_ledger_summary(), bills.alipay_ledger()),
        LEDGER,
        account=bills.PID,
        totals=LEDGER_TOTALS,
    ),
    "alipay ledger, newest first": Case(
        ("alipay", "signcustomer"),
        bills.alipay_ledger(bills.LEDGER_ROWS[::-1]).encode("gbk"),
        [(15 - line, row) for line, row in LEDGER[::-1]],
        account=bills.PID,
        totals=LEDGER_TOTALS,
    ),
    "alipay ledger, outflows unsigned": Case(
        ("alipay", "signcustomer"),
        bills.alipay_ledger([row.replace(",-", ",") for row in bills.LEDGER_ROWS], expense="5.62").encode("gbk"),
        [LEDGER[0], (7, {"expense_amount": "0.12"}), *LEDGER[2:]],
        account=bills.PID,
    ),
    "wechat trade ALL": Case(
        ("wechat", "trade"),
        bills.wechat_trade().encode(),
        WECHAT,
        account="1900001",
        totals={"手续费总金额": "0.28500"},
    ),
    "wechat trade legacy": Case(
        ("wechat", "trade"),
        bills.WECHAT_LEGACY.encode(),
        [
            (
                2,
                {
                    "traded_at": "2014-11-10 16:33:45",
                    "settled_order_amount": "0.01",
                    "sub_merchant_no": "0",
                    "order_amount": None,
                },
            )
        ],
        (date(2014, 11, 10), date(2014, 11, 10)),
        "10000100",
    ),
    "wechat trade SUCCESS": Case(
        ("wechat", "trade"),
        bills.WECHAT_SUCCESS.encode(),
        [(2, {"order_amount": "3.05", "refund_amount": None})],
        account="190",
    ),
    "wechat trade REFUND": Case(
        ("wechat", "trade"),
        bills.WECHAT_REFUND.encode(),
        [(2, {"refund_succeeded_at": "2026-05-01 20:53:40", "requested_refund_amount": "2.02"})],
        account="190",
    ),
    "wechat fund flow": Case(
        ("wechat", "fundflow"),
        bills.wechat_fundflow().encode(),
        [
            (2, {"direction": "收入", "amount": "60.00"}),
            (3, {"business_type": "扣除交易手续费"}),
            (4, {"voucher_no": "S1"}),
        ],
        totals={"期初余额": "100.00", "期末余额": "147.22", "资金流水总笔数": "3.0"},
    ),
    "cmb csv": Case(
        ("bank", "cmb"),
        statements.cmb(tail=["总计,,,,,,,0.00,1000.40" + "," * 12]).encode(),
        CMB,
        (MAY, date(2026, 5, 3)),
        "571900",
        {"571900 人民币 期初余额": "10000.00", "571900 人民币 期末余额": "11000.40", "贷方合计": "1000.40"},
    ),
    "cmb xlsx": Case(
        ("bank", "cmb"),
        statements.workbook(
            [
                ["账务明细"],
                ["账号", "755915678901"],
                ["交易日", "交易时间", "借方金额", "贷方金额", "余额", "流水号"],
                ["20260501", "09:00:00", None, 1000, 1000.5, "C1"],
            ],
            {"D4": "#,##0.00", "E4": "0.00"},
        ),
        [(4, {"account": "755915678901", "credit_amount": "1000.00", "balance_after": "1000.50", "serial_no": "C1"})],
        account="755915678901",
    ),
    "mt940": Case(
        ("bank", "mt940"),
        statements.MT940.encode(),
        [
            (
                6,
                {
                    "mark": "C",
                    "funds_code": "R",
                    "amount": "300",
                    "entry_date": "2026-05-01",
                    "statement_number": "00004/00001",
                    "opening_balance": "1234.5",
                    "opening_mark": "D",
                    "bank_reference": "0724710345313905",
                    "customer_reference": "TFNr 40005",
                    "remittance_text": "EREF+TXAO 1SVWZ+ORDER 7",
                    "counterparty_name": "Richter Renate",
                    "counterparty_account": "DE4210",
                },
            ),
            (
                9,
                {
                    "mark": "RC",
                    "is_reversal": "true",
                    "direction": "debit",
                    "supplementary_details": "supplement",
                    "remittance_text": "no structure here\nsecond line",
                    "line_no": "2",
                },
            ),
            (
                20,
                {
                    "mark": "RD",
                    "direction": "credit",
                    "value_date": "2026-01-02",
                    "entry_date": "2025-12-31",
                    "line_no": "1",
                },
            ),
            (
                21,
                {"mark": "D", "amount": "5", "entry_date": None, "closing_balance": "1144.36", "is_reversal": "false"},
            ),
        ],
        account="DE5088/0194774600888",
        totals={"DE5088/0194774600888 00004/00002 2026-05-01": "-1139.38 -1144.36"},
    ),
    "camt053, reversal as written": Case(
        ("bank", "camt053"),
        statements.camt053().encode(),
        [
            (
                4,
                {
                    "amount": "100.00",
                    "mark": "CRDT",
                    "direction": "credit",
                    "detail_count": "2",
                    "end_to_end_id": "E10\nE11",
                    "counterparty_name": "Buyer 0\nBuyer 1",
                    "value_date": "2026-05-02",
                    "line_no": "1",
                    "statement_number": "7",
                },
            ),
            (11, {"mark": "DBIT", "is_reversal": "true", "direction": "debit", "remittance_text": "order 20"}),
        ],
        account="CN12",
        totals={"CN12 S1": "1000.00 1070.00", "CN12 S1 not booked": "1"},
    ),
    "camt053, reversal turned": Case(
        ("bank", "camt053"),
        statements.camt053(closing="1130.00").encode(),
        [(4, {}), (11, {"mark": "DBIT", "direction": "credit", "bank_reference": "B2"})],
        account="CN12",
    ),
    "taobao orders": Case(
        ("taobao", "orders"),
        statements.TAOBAO_ORDERS.encode("gb18030"),
        [
            (
                2,
                {
                    "order_no": "1930679858170647",
                    "recipient_address": "浙江省 杭州市, 西湖区",
                    "recipient_mobile": "13800000000",
                    "merchant_payout_amount": "88.00",
                    "carrier": None,
                },
            ),
            (3, {"recipient_address": "上海, 浦东", "paid_at": None, "order_status": "等待买家付款"}),
        ],
        None,
    ),
    "taobao order lines": Case(
        ("taobao", "order_lines"),
        statements.TAOBAO_LINES.encode("gb18030"),
        [(2, {"sub_order_no": "1930679858170649", "buyer_paid_amount": "88.00", "quantity": "2"})],
        None,
    ),
    "taobao refunds, xlsx": Case(
        ("taobao", "refunds"),
        statements.workbook(
            [line.split(",") for line in statements.TAOBAO_REFUNDS.replace("=", "").replace('"', "").splitlines()]
        ),
        [(2, {"refund_no": "119306798581706", "refund_amount": "5.50", "refund_finished_at": "2026-05-02 11:00:00"})],
        None,
    ),
    "open csv": Case(
        ("open", "refunds"),
        statements.OPEN_REFUNDS.encode(),
        [
            (2, {"refund_id": "R1", "amount": "5.50", "note": "two\nlines", "after_sale_id": None}),
            (4, {"refunded_at": "2026-05-02 12:00:00", "note": None}),
        ],
        None,
    ),
    "open csv, header only": Case(("open", "refunds"), statements.OPEN_REFUNDS.splitlines()[0].encode(), [], None),
}


def table(whole: Whole) -> list[tuple[int, dict[str, str | None]]]:
    return [(line, dict(zip(whole.reading.columns, cells, strict=True))) for line, cells in whole.rows]


def test_every_kind_of_source_has_a_case():
    streams = {(case.stream[0], case.stream[1] if case.stream[0] != "open" else "any") for case in CASES.values()}
    assert streams == {(source, name if source != "open" else "any") for source, name in STREAMS}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_a_file_gives_its_answer(case: Case):
    stream = STREAMS[case.stream]
    whole = read(case.stream, case.content)
    reading = whole.reading
    assert reading.columns[: len(stream.columns)] == stream.columns
    assert reading.columns[len(stream.columns) :] == reading.unknown
    rows = table(whole)
    assert [line for line, _ in rows] == [line for line, _ in case.rows]
    for (_, row), (_, expected) in zip(rows, case.rows, strict=True):
        assert {column: row[column] for column in expected} == expected
    assert (reading.window, reading.account, list(reading.rejected)) == (case.window, case.account, [])
    assert {name: reading.totals.get(name) for name in case.totals or {}} == (case.totals or {})


def test_a_row_whose_identifier_lost_digits_is_rejected_and_still_counts_for_the_totals():
    damaged = bills.alipay_trade().replace("2026050122001004720299453899\t", "2.02605012200100E+27\t").encode("gb18030")
    whole = read(("alipay", "trade"), damaged)
    reading = whole.reading
    assert [line for line, _ in whole.rows] == [6, 8]
    assert [(r.line, r.column, r.value) for r in reading.rejected] == [(7, "支付宝交易号", "2.02605012200100E+27")]
    assert "digits are lost" in reading.rejected[0].reason


def test_a_workbook_that_keeps_a_long_order_number_as_a_float_has_that_row_rejected():
    rows: list[list[object]] = [
        list(line.split(",")) for line in statements.TAOBAO_LINES.replace("=", "").replace('"', "").splitlines()
    ]
    damaged: list[object] = [1.9306798581706e18, *rows[1][1:]]
    whole = read(("taobao", "order_lines"), statements.workbook([*rows, damaged]))
    assert len(whole.rows) == 1
    assert [(r.line, r.column, r.value) for r in whole.reading.rejected] == [(3, "子订单编号", "1.9306798581706e+18")]


def test_unknown_columns_are_kept_last_and_named():
    text = (
        bills.alipay_trade()
        .replace("分润（元）,备注", "分润（元）,备注,花呗分期")
        .replace("-0.12,0.00,", "-0.12,0.00,,3期")
    )
    text = text.replace("-0.21,0.00,", "-0.21,0.00,,").replace("0.03,0.00,", "0.03,0.00,,")
    whole = read(("alipay", "trade"), text.encode("gb18030"))
    assert whole.reading.unknown == ("花呗分期",)
    assert [cells[-1] for _, cells in whole.rows] == ["3期", None, None]


def test_column_order_is_free():
    lines = statements.TAOBAO_LINES.splitlines()
    turned = "\n".join(",".join(reversed(line.split(","))) for line in lines)
    (line, cells), *_ = read(("taobao", "order_lines"), turned.encode("gb18030")).rows
    assert (line, cells[:2]) == (2, ("1930679858170649", "1930679858170647"))


def test_the_library_that_others_use_agrees_on_amounts_and_dates_of_an_mt940():
    import mt940

    theirs = mt940.parse(statements.MT940.split("-}{5:}")[0].split("{4:\n")[1])
    ours = table(read(("bank", "mt940"), statements.MT940.encode()))[:2]
    assert len(theirs) == len(ours)
    for other, (_, row) in zip(theirs, ours, strict=True):
        assert abs(other.data["amount"].amount) == Decimal(row["amount"] or "")
        assert str(other.data["date"]) == row["value_date"]

"""What cannot be trusted is refused as a whole, with a reason code and a message that says what is wrong."""

import io
import random
import zipfile
from dataclasses import dataclass
from datetime import date

import pytest

from tieout.core import archives, content
from tieout.core.reading import UnreadableError
from tieout.sources import STREAMS

from . import bills, statements
from .whole import read

Stream = tuple[str, str]
TRADE, LEDGER, WECHAT, FUND = (
    ("alipay", "trade"),
    ("alipay", "signcustomer"),
    ("wechat", "trade"),
    ("wechat", "fundflow"),
)
ORDERS, LINES, REFUNDS = ("taobao", "orders"), ("taobao", "order_lines"), ("taobao", "refunds")
CMB, MT940, CAMT, OPEN = ("bank", "cmb"), ("bank", "mt940"), ("bank", "camt053"), ("open", "refunds")


@dataclass(frozen=True)
class Format:
    """A good file of a format: its text, how it is encoded, and a column that it cannot do without."""

    text: str
    encoding: str
    needed: str | None
    proved: bool = True


FORMATS: dict[Stream, Format] = {
    TRADE: Format(bills.alipay_trade(), "gb18030", "服务费（元）"),
    LEDGER: Format(bills.alipay_ledger(), "gb18030", "账户余额（元）"),
    WECHAT: Format(bills.wechat_trade(), "utf-8", "手续费"),
    FUND: Format(bills.wechat_fundflow(), "utf-8", "收支类型"),
    ORDERS: Format(statements.TAOBAO_ORDERS, "gb18030", "订单状态", proved=False),
    LINES: Format(statements.TAOBAO_LINES, "gb18030", "主订单编号", proved=False),
    REFUNDS: Format(statements.TAOBAO_REFUNDS, "gb18030", "退款状态", proved=False),
    CMB: Format(statements.cmb(), "utf-8", "流水号"),
    MT940: Format(statements.MT940, "ascii", None),
    CAMT: Format(statements.camt053(), "utf-8", None),
    OPEN: Format(statements.OPEN_REFUNDS, "utf-8", "refunded_at", proved=False),
}
EACH = pytest.mark.parametrize("stream", FORMATS, ids="/".join)


def refuse(stream: Stream, delivered: bytes) -> UnreadableError:
    with pytest.raises(UnreadableError) as caught:
        read(stream, delivered)
    assert len(str(caught.value)) > 20
    return caught.value


def test_every_reader_is_tried():
    readers = {getattr(stream.read, "func", stream.read) for stream in STREAMS.values()}
    tried = {getattr(STREAMS[name].read, "func", STREAMS[name].read) for name in FORMATS}
    assert len(readers) == 11
    assert tried == readers


@EACH
def test_the_good_file_is_read(stream: Stream):
    good = FORMATS[stream]
    assert len(read(stream, good.text.encode(good.encoding)).rows) > 0


@EACH
@pytest.mark.parametrize("content", [b"", b" \r\n\n", "\ufeff".encode()], ids=["nothing", "blank lines", "a BOM"])
def test_an_empty_file_is_refused_as_empty(stream: Stream, content: bytes):
    assert refuse(stream, content).reason == "empty"


@EACH
def test_a_file_larger_than_the_limit_is_refused_as_oversized(stream: Stream, monkeypatch: pytest.MonkeyPatch):
    good = FORMATS[stream]
    monkeypatch.setattr(content, "MAX_BYTES", 100)
    assert refuse(stream, good.text.encode(good.encoding)).reason == "oversized"


@EACH
def test_a_utf_16_file_is_refused_with_what_to_do(stream: Stream):
    for encoding in ("utf-16", "utf-16-le"):
        error = refuse(stream, FORMATS[stream].text.encode(encoding))
        assert error.reason == "unit_or_encoding"
        assert "UTF-8" in str(error)


@pytest.mark.parametrize(
    "stream", [name for name, good in FORMATS.items() if good.needed and name != OPEN], ids="/".join
)
@pytest.mark.parametrize(("wrong", "right"), [("latin-1", "gb18030"), ("latin-1", "utf-8"), ("gb18030", "utf-8")])
def test_text_saved_again_in_a_wrong_encoding_is_named_as_that(stream: Stream, wrong: str, right: str):
    garbled = FORMATS[stream].text.encode(right).decode(wrong, "replace").encode("utf-8")
    assert refuse(stream, garbled).reason == "unit_or_encoding"


def test_an_open_delivery_that_is_not_utf_8_is_refused():
    error = refuse(OPEN, statements.OPEN_REFUNDS.replace("two", "两行").encode("gb18030"))
    assert (error.reason, "UTF-8" in str(error)) == ("unit_or_encoding", True)


@pytest.mark.parametrize("stream", [name for name, good in FORMATS.items() if good.needed], ids="/".join)
def test_a_renamed_column_is_named_beside_what_came_instead(stream: Stream):
    good = FORMATS[stream]
    error = refuse(stream, good.text.replace(str(good.needed), "新名字", 1).encode("utf-8"))
    assert error.reason == "schema_drift"
    assert str(good.needed).replace("（", "(").replace("）", ")") in str(error)
    assert "新名字" in str(error)


@pytest.mark.parametrize("stream", [name for name, good in FORMATS.items() if good.needed], ids="/".join)
def test_a_column_that_stands_twice_is_refused(stream: Stream):
    good = FORMATS[stream]
    error = refuse(stream, good.text.replace(str(good.needed), f"{good.needed},{good.needed}", 1).encode("utf-8"))
    assert error.reason == "schema_drift"
    assert "twice" in str(error)


@EACH
def test_a_file_cut_off_anywhere_is_refused_or_gives_whole_rows_only(stream: Stream):
    good = FORMATS[stream]
    content = good.text.encode(good.encoding)
    whole = read(stream, content)
    end = len(content.rstrip(b"\r\n-}"))
    if stream in {CMB, ORDERS, LINES, REFUNDS, OPEN}:
        # These state no totals below their rows: what is cut off within a row is seen, a missing last row is not.
        end = len(content.rstrip().rpartition(b",")[0])
    if stream == MT940:
        end = content.rindex(b":64:") - 2
    refused = 0
    for length in random.Random(7).sample(range(1, end), min(60, end - 1)):
        try:
            reading = read(stream, content[:length])
        except UnreadableError:
            refused += 1
        else:
            assert not good.proved or stream == CMB
            kept = list(reading.rows)[:-1]
            assert kept == list(whole.rows)[: len(kept)]
    assert refused > 30


@EACH
def test_arbitrary_damage_never_raises_anything_but_a_refusal(stream: Stream):
    good = FORMATS[stream]
    content = good.text.encode(good.encoding)
    chance = random.Random(11)
    refused = 0
    for _ in range(150):
        damaged = bytearray(content)
        for _ in range(chance.randint(1, 4)):
            damaged[chance.randrange(len(damaged))] = chance.choice(b",.\"'`0129-:\n\t\x00\xff#=}<E")
        try:
            read(stream, bytes(damaged))
        except UnreadableError:
            refused += 1
    assert refused > 20


@pytest.mark.parametrize(
    ("stream", "content", "words"),
    [
        (
            TRADE,
            bills.alipay_trade([bills.PAID, bills.REFUNDED]),
            ("交易笔数", "states 2", "give 1", bills.PID, "2026-05-01"),
        ),
        (TRADE, bills.alipay_trade().replace("35.80,35.80", "35.80,35.81"), ("商家实收", "55.80", "55.81")),
        (LEDGER, bills.alipay_ledger(expense="-5.63"), ("支出合计", "5.63", "5.62")),
        (LEDGER, bills.alipay_ledger().replace("155.68", "155.86"), ("running balance", "line 8")),
        (LEDGER, bills.alipay_ledger().replace("支出合计：2笔", "支出合计：3笔"), ("笔数",)),
        (WECHAT, bills.wechat_trade(bills.WECHAT_ROWS[:1]), ("总交易单数", "states 2", "give 1", "1900001")),
        (WECHAT, bills.wechat_trade(figures="2,60.00,12.50,0.00,0.28400,60.00,12.50"), ("手续费总金额", "0.28400")),
        (FUND, bills.wechat_fundflow(figures="3,1,60.00,2,12.87"), ("支出金额", "12.87", "12.78")),
        (FUND, bills.wechat_fundflow().replace("`159.64", "`159.65"), ("running balance",)),
        (
            CMB,
            statements.cmb(statements.CMB_ROWS[:1] + statements.CMB_ROWS[2:]),
            ("running balance", "571900", "2026-05-03"),
        ),
        (CMB, statements.cmb(tail=["合计,,,,,,,0.00,1000.41" + "," * 12]), ("贷方合计", "1000.41", "1000.40")),
        (MT940, statements.MT940.replace("RCR204", "CR204"), ("closing balance", "-1139.38")),
        (MT940, statements.MT940.replace("60M:D260501EUR1139,38", "60M:D260501EUR1139,39"), ("60M", "1139.39")),
        (CAMT, statements.camt053(closing="1071.00"), ("CLBD", "1071.00", "1070.00", "CN12")),
        (
            CAMT,
            statements.camt053(statements.entry(1, "CRDT", "70.00", ["60.00", "9.00"])),
            ("TxDtls", "70.00", "69.00"),
        ),
    ],
)
def test_a_statement_that_does_not_add_up_is_refused(stream: Stream, content: str, words: tuple[str, ...]):
    error = refuse(stream, content.encode("utf-8"))
    assert error.reason == "totals_break"
    assert [word for word in words if word not in str(error)] == []


def test_a_summary_that_contradicts_its_detail_is_refused():
    error = refuse(TRADE, bills.alipay_zip(bills.alipay_trade_summary(fee="-0.31"), bills.alipay_trade()))
    assert (error.reason, error.window, error.account) == (
        "totals_break",
        (date(2026, 5, 1), date(2026, 5, 1)),
        bills.PID,
    )


@pytest.mark.parametrize(
    ("stream", "content"),
    [
        (TRADE, bills.alipay_trade(footer=["#交易合计：2笔，商家实收共5580元，商家优惠共0元", bills.TRADE_FOOTER[1]])),
        (WECHAT, bills.wechat_trade(figures="2,6000,1250,0,0.28500,6000,1250")),
        (FUND, bills.wechat_fundflow(figures="3,1,6000,2,1278")),
        (LEDGER, bills.alipay_ledger(expense="-562")),
        (WECHAT, bills.wechat_trade([row.replace(".00", "00").replace(".50", "50") for row in bills.WECHAT_ROWS * 2])),
        (CMB, statements.cmb().replace(".00", "00").replace(".50", "50").replace(".40", "40")),
        (
            ORDERS,
            statements.TAOBAO_ORDERS.replace(".00", "00").replace(".90", "90")
            + "".join(
                f'="19306798581707{i}",小红,990,600,1590,1590,交易成功,,,2026-05-01 09:30:00,,碗,0\n'
                for i in range(10, 14)
            ),
        ),
    ],
)
def test_amounts_in_fen_where_yuan_are_written_are_named_as_that(stream: Stream, content: str):
    error = refuse(stream, content.encode("utf-8"))
    assert error.reason == "unit_or_encoding"
    assert "分" in str(error)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("0.125", "1,25", ()),
        ("0.125", "1e3", ("line 4", "amount", "'1e3'")),
        ("2026-05-02 12:00:00", "2026-02-30 12:00:00", ("line 4", "refunded_at", "2026-02-30")),
        ("2026-05-02 12:00:00", "2026/05/02", ("refunded_at",)),
        ("2026-05-02 12:00:00", "2026-W18-6", ("refunded_at",)),
        ("2026-05-02 12:00:00", "2026-05-02 12", ("refunded_at",)),
        ("R2,T2", "R2,2.02606041134381e+27", ("order_id", "digits")),
        ("R2,T2", ",T2", ("refund_id", "required")),
        ('"two\nlines"', '"two\nlines', ()),
    ],
)
def test_an_unreadable_value_refuses_an_open_delivery_by_line_and_column(old: str, new: str, words: tuple[str, ...]):
    error = refuse(OPEN, statements.OPEN_REFUNDS.replace(old, new).encode())
    assert error.reason == "unreadable"
    assert [word for word in words if word not in str(error)] == []


def test_only_words_of_a_closed_list_are_taken_and_five_problems_are_shown():
    rows = "".join(f"alipay,X{i},chargeback,1.00,2026-05-01,\n" for i in range(9))
    error = refuse(
        ("open", "channel_transactions"), f"channel,transaction_id,type,amount,occurred_at,status\n{rows}".encode()
    )
    assert "9 unreadable values" in str(error)
    assert str(error).count("'chargeback'") == 5
    assert (error.line, error.column, error.value) == (2, "type", "chargeback")


def test_a_parquet_file_with_binary_floats_or_cut_off_is_refused():
    import pyarrow as pa
    import pyarrow.parquet as pq

    stream = io.BytesIO()
    names = ["platform", "refund_id", "order_id", "amount", "refunded_at"]
    pq.write_table(pa.table([["t"], ["R"], ["T"], [0.1], ["2026-05-01"]], names=names), stream)
    assert refuse(OPEN, stream.getvalue()).column == "amount"
    assert refuse(OPEN, stream.getvalue()[:-40]).reason == "unreadable"


@pytest.mark.parametrize("stream", [TRADE, ORDERS, CMB], ids="/".join)
def test_a_zip_that_unpacks_to_far_more_than_itself_is_refused(stream: Stream):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bill.csv", b"0" * (archives.MAX_RATIO << 17))
    assert refuse(stream, packed.getvalue()).reason == "oversized"


def test_a_zip_with_very_many_members_or_cut_off_is_refused():
    many = bills.zipped(*[(f"成员{place:04}", b"x") for place in range(archives.MAX_MEMBERS + 1)])
    assert refuse(TRADE, many).reason == "oversized"
    assert refuse(TRADE, bills.alipay_zip("x", bills.alipay_trade())[:-60]).reason == "unreadable"


@pytest.mark.parametrize(
    "head",
    ['<!DOCTYPE d [<!ENTITY a "b">]>\n', '<!DOCTYPE d SYSTEM "http://example.org/d.dtd">\n'],
    ids=["entity", "dtd"],
)
def test_xml_with_a_document_type_is_refused(head: str):
    assert "document type" in str(refuse(CAMT, statements.camt053(head=head).encode()))


@pytest.mark.parametrize(
    ("stream", "content", "words"),
    [
        (TRADE, "支付宝交易记录明细查询\n交易号,商家订单号,金额（元）\n1,2,3\n", "persons"),
        (TRADE, bills.alipay_ledger(), "支付宝账务明细查询"),
        (WECHAT, "微信支付账单明细,,\n交易时间,交易类型,交易对方\n", "微信支付账单明细"),
        (CMB, "记账日期,货币,交易金额,联机余额,交易摘要\n2024-01-01,CNY,1.00,1.00,x\n", "记账日期"),
        (CMB, "交易日,记账日,交易摘要,人民币金额\n01/02,01/03,x,1.00\n", "记账日"),
        (MT940, ":20:A\n:25:1\n:28C:1\n:34F:PLN0\n:13D:1701191815+0100\n:61:1701190119CN0,01NTRFNONREF\n", "MT942"),
        (MT940, bills.wechat_trade(), "MT940"),
        (MT940, statements.MT940[: statements.MT940.index("{1:F01", 9)], "next page"),
        (MT940, statements.MT940[statements.MT940.index("{1:F01", 9) :], "page before"),
        (CAMT, statements.camt053().replace("BkToCstmrStmt", "BkToCstmrAcctRpt"), "052"),
        (CAMT, statements.camt053().replace("CLBD", "ITBD"), "CLBD"),
    ],
)
def test_another_kind_of_export_is_refused_by_what_it_is(stream: Stream, content: str, words: str):
    assert words in str(refuse(stream, content.encode("utf-8")))

"""The files are what the real ones are: read again by other means, they add up on their own."""

import io
import re
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import openpyxl

from tests.world import inboxes
from tieout.world import merchant

_AMOUNT = re.compile(r"-?\d+\.\d\d")


def test_alipay_archives_carry_gbk_names_and_sometimes_the_summary_first(home: Path) -> None:
    first_names = set()
    for stream, title in (("trade", "业务明细"), ("signcustomer", "账务明细")):
        for path in inboxes.files(home, f"alipay/{stream}"):
            members = inboxes.alipay_members(path)
            stem = path.name[:29]
            assert set(members) == {f"{stem}_{title}.csv", f"{stem}_{title}(汇总).csv"}
            first_names.add(next(iter(members)).removeprefix(stem))
    assert first_names == {"_业务明细.csv", "_业务明细(汇总).csv", "_账务明细.csv", "_账务明细(汇总).csv"}


def test_alipay_bills_state_the_totals_of_their_rows_and_empty_days_are_stated_too(home: Path) -> None:
    empty = 0
    for path in inboxes.files(home, "alipay/trade"):
        rows, comments = inboxes.alipay_detail(path)
        empty += not rows
        for kind, label in (("交易", "#交易合计"), ("退款", "#退款合计")):
            (footer,) = [line for line in comments if line.startswith(label)]
            amounts = [Decimal(row["商家实收（元）"]) for row in rows if row["业务类型"] == kind]
            assert footer.startswith(f"{label}：{len(amounts)}笔")
            assert Decimal(_AMOUNT.findall(footer)[0]) == sum(amounts, Decimal(0))
    assert empty > 20


def test_alipay_ledgers_run_within_a_file_and_split_fees_from_receipts(home: Path) -> None:
    receipts, fees = set(), set()
    for path in inboxes.files(home, "alipay/signcustomer"):
        rows, comments = inboxes.alipay_detail(path)
        signed = [Decimal(row["收入金额（+元）"]) - abs(Decimal(row["支出金额（-元）"])) for row in rows]
        balances = [Decimal(row["账户余额（元）"]) for row in rows]
        assert all(
            after - before == amount for (before, after), amount in zip(pairwise(balances), signed[1:], strict=True)
        )
        (footer,) = [line for line in comments if line.startswith("#收入合计")]
        assert Decimal(_AMOUNT.findall(footer)[0]) == sum((amount for amount in signed if amount > 0), Decimal(0))
        receipts |= {row["业务流水号"] for row in rows if row["业务类型"] == "交易付款"}
        fees |= {row["业务流水号"] for row in rows if row["业务类型"] == "收费"}
    assert len(receipts & fees) > 500


def test_wechat_bills_add_up_but_for_the_noted_ones_and_have_both_layouts(home: Path) -> None:
    noted = {row["source_day"].replace("-", "") for row in inboxes.truth(home) if "add up" in row["note"]}
    layouts, broken = set(), set()
    for path in inboxes.files(home, "wechat/trade"):
        rows, footer = inboxes.wechat_bill(path)
        layouts.add(len(footer))
        total, name = ("总交易额", "总金额") if "总交易额" in footer else ("应结订单总金额", "应结订单金额")
        assert int(footer["总交易单数"]) == len(rows)
        assert Decimal(footer["总退款金额" if len(footer) == 5 else "退款总金额"]) == sum(
            Decimal(r["退款金额"]) for r in rows
        )
        if Decimal(footer[total]) != sum(Decimal(row[name]) for row in rows):
            broken.add(path.stem.partition("All")[2][:8])
    assert layouts == {5, 7}
    assert broken
    assert broken <= noted


def _mt940_amount(text: str) -> Decimal:
    return Decimal(text.replace(",", "."))


def test_mt940_statements_go_from_opening_to_closing_with_reversals(home: Path) -> None:
    marks: list[str] = []
    for path in inboxes.files(home, "bank/mt940"):
        text = path.read_bytes().decode("ascii")
        opening, closing = (
            _mt940_amount(re.findall(rf":{tag}:C\d{{6}}CNY([\d,]+)", text)[0]) for tag in ("60F", "62F")
        )
        for mark, amount in re.findall(r":61:\d{10}(R?[CD])([\d,]+)N", text):
            marks.append(mark)
            opening += _mt940_amount(amount) * (1 if mark in ("C", "RD") else -1)
        assert opening == closing
        assert text.replace("\r\n", "").count(" /ACCT/") == text.count(":61:")
        assert all(len(line) <= 65 for line in text.splitlines() if not line.startswith(("{", ":61")))
    assert set(marks) == {"C", "D", "RC", "RD"}


def test_camt_statements_go_from_opening_to_closing(home: Path) -> None:
    entries = 0
    space = "{urn:iso:std:iso:20022:tech:xsd:camt.053.001.08}"
    for path in inboxes.files(home, "bank/camt053"):
        statement = ElementTree.parse(path).getroot()[0][1]  # noqa: S314
        signed = []
        for element in (*statement.iter(f"{space}Bal"), *statement.iter(f"{space}Ntry")):
            amount = Decimal(element.findtext(f"{space}Amt") or "")
            signed.append(amount if element.findtext(f"{space}CdtDbtInd") == "CRDT" else -amount)
        opening, closing, *booked = signed
        entries += len(booked)
        assert opening + sum(booked) == closing
    assert entries > 20


def _cmb_rows(path: Path) -> list[list[str]]:
    if path.suffix == ".csv":
        rows = [line.split(",") for line in path.read_text("utf-8-sig").splitlines()]
    else:
        sheet = openpyxl.load_workbook(io.BytesIO(path.read_bytes())).active
        assert sheet is not None
        rows = [[str(cell or "") for cell in row] for row in sheet.iter_rows(values_only=True)]
    start = next(index for index, row in enumerate(rows) if row[3:4] == ["交易日"])
    return rows[start + 1 :]


def test_bank_balances_jump_only_where_the_answer_key_says(home: Path) -> None:
    found, last = set(), None
    assert {path.suffix for path in inboxes.files(home, "bank/cmb")} == {".csv", ".xlsx"}
    for path in inboxes.files(home, "bank/cmb"):
        for row in _cmb_rows(path):
            amount, balance = Decimal(row[8] or 0) - Decimal(row[7] or 0), Decimal(row[9])
            if last is not None and balance - amount != last:
                found.add((row[11], abs(balance - amount - last)))
            last = balance
    rows = [row for row in inboxes.truth(home) if row["code"] == "BK05" and row["kind"] == "fault"]
    # A break of a whole month against the ledger stands at no line.
    noted = {
        (row["bank_line_id"], Decimal(row["amount"]))
        for row in rows
        if row["account_id"] == merchant.CMB and row["bank_line_id"]
    }
    assert found
    assert found == noted


def test_every_delivery_that_cannot_say_its_day_has_a_meta_file(home: Path) -> None:
    silent = [
        path for stream in ("wechat/trade", "wechat/fundflow", "taobao/refunds") for path in inboxes.files(home, stream)
    ]
    assert all(path.with_name(f"{path.stem}.meta.json").exists() for path in silent)

"""Reads the world's files again by its own small means: no reader of tieout, no code of the world."""

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

LAST = "2026-05-31"


@dataclass(frozen=True)
class Transaction:
    """A channel's transaction, signed from the merchant's side."""

    channel: str
    number: str
    kind: str
    request_no: str
    merchant_no: str
    original: str
    status: str
    currency: str
    amount: Decimal


@dataclass(frozen=True)
class Order:
    """The last exported state of an order."""

    platform: str
    number: str
    merchant_no: str
    status: str
    paid_on: str
    currency: str
    owed: Decimal


@dataclass(frozen=True)
class Refund:
    """A refund that a platform recorded, with its last approved amount."""

    number: str
    order: str
    refunded_on: str
    amount: Decimal


def files(home: Path, stream: str) -> list[Path]:
    found = sorted(path for path in (home / "inbox" / stream).iterdir() if not path.name.endswith(".meta.json"))
    assert found, f"no file of {stream}"
    return found


def alipay_members(path: Path) -> dict[str, list[str]]:
    """The members of an archive, by their Chinese names."""
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            assert not member.flag_bits & 0x800, "the UTF-8 flag must be off"
        return {
            member.filename.encode("cp437").decode("gbk"): archive.read(member).decode("gbk").splitlines()
            for member in archive.infolist()
        }


def alipay_detail(path: Path) -> tuple[list[dict[str, str]], list[str]]:
    """The rows and the comment lines of an archive's detail member."""
    (lines,) = [lines for name, lines in alipay_members(path).items() if "汇总" not in name]
    table = [[cell.strip("\t") for cell in line.split(",")] for line in lines if not line.startswith("#")]
    return [dict(zip(table[0], row, strict=True)) for row in table[1:]], [
        line for line in lines if line.startswith("#")
    ]


def wechat_bill(path: Path) -> tuple[list[dict[str, str]], dict[str, str]]:
    """The rows and the footer of a WeChat bill."""
    lines = path.read_text("utf-8-sig").splitlines()
    cells = [[cell.removeprefix("`") for cell in line.split(",")] for line in lines]
    rows = [dict(zip(cells[0], row, strict=True)) for row in cells[1:-2]]
    return rows, dict(zip(cells[-2], cells[-1], strict=True))


def taobao_rows(home: Path, stream: str) -> Iterator[dict[str, str]]:
    for path in files(home, f"taobao/{stream}"):
        for row in csv.DictReader(io.StringIO(path.read_bytes().decode("gbk"))):
            yield {name: cell.removeprefix('="').removesuffix('"') for name, cell in row.items()}


def open_rows(home: Path, entity: str) -> Iterator[dict[str, str]]:
    for path in files(home, f"open/{entity}"):
        yield from csv.DictReader(io.StringIO(path.read_text("utf-8")))


def truth(home: Path) -> list[dict[str, str]]:
    with (home / "truth.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def transactions(home: Path) -> list[Transaction]:
    """Every channel's transactions: the last delivery of each, without bills that do not add up."""
    alipay: dict[tuple[str, ...], tuple[str, Transaction]] = {}
    for path in files(home, "alipay/trade"):
        rows, comments = alipay_detail(path)
        exported = comments[-1]
        for row in rows:
            kind = "refund" if row["业务类型"] == "退款" else "payment"
            number, request = row["支付宝交易号"], row["退款批次号/请求号"]
            made = Transaction(
                "alipay",
                number,
                kind,
                request,
                row["商户订单号"],
                number,
                "success",
                "CNY",
                Decimal(row["商家实收（元）"]),
            )
            key = (number, kind, request)
            alipay[key] = max(alipay.get(key, ("", made)), (exported, made), key=lambda pair: pair[0])
    wechat = {made: None for path in files(home, "wechat/trade") for made in _wechat_transactions(path)}
    union = [
        Transaction(
            row["channel"], row["transaction_id"], row["type"], row["request_no"], row["merchant_order_no"],
            row["original_transaction_id"], row["status"], row["currency"], Decimal(row["amount"]),
        )
        for row in open_rows(home, "channel_transactions")
    ]  # fmt: skip
    return [*(made for _, made in alipay.values()), *wechat, *union]


def _wechat_transactions(path: Path) -> Iterator[Transaction]:
    rows, footer = wechat_bill(path)
    total, name = ("总交易额", "总金额") if "总交易额" in footer else ("应结订单总金额", "应结订单金额")
    if sum(Decimal(row[name]) for row in rows) != Decimal(footer[total]):
        return
    states = {"SUCCESS": "success", "REVOKED": "closed", "PROCESSING": "success", "FAIL": "failed"}
    for row in rows:
        is_refund = row["交易状态"] == "REFUND"
        yield Transaction(
            "wechat", row["微信退款单号"] if is_refund else row["微信订单号"], "refund" if is_refund else "payment",
            row["商户退款单号"] if is_refund else "", row["商户订单号"], row["微信订单号"],
            states[row["退款状态"] if is_refund else row["交易状态"]], row["货币种类"],
            -Decimal(row["退款金额"]) if is_refund else Decimal(row[name]),
        )  # fmt: skip


def orders(home: Path) -> list[Order]:
    """The orders that are paid through a channel, as last exported."""
    states = {"等待买家付款": "unpaid", "交易关闭": "closed"}
    found = {}
    for row in taobao_rows(home, "orders"):
        number = row["订单编号"]
        found[number] = Order(
            "taobao", number, f"T200P{number}", states.get(row["订单状态"], "paid"), row["订单付款时间"][:10], "CNY",
            Decimal(row["总金额"]),
        )  # fmt: skip
    for row in open_rows(home, "orders"):
        if row["platform"] == "self":
            found[row["order_id"]] = Order(
                "self", row["order_id"], row["merchant_order_no"], row["status"], row["paid_at"][:10], row["currency"],
                Decimal(row["buyer_paid_amount"]),
            )  # fmt: skip
    return list(found.values())


def refunds(home: Path) -> list[Refund]:
    """The refunds of those orders, as last exported."""
    found = {}
    for row in taobao_rows(home, "refunds"):
        if row["退款状态"] == "退款成功":
            found[row["退款编号"]] = Refund(
                row["退款编号"], row["订单编号"], row["退款完结时间"][:10], Decimal(row["买家退款金额"])
            )
    for row in open_rows(home, "refunds"):
        if row["platform"] == "self":
            made = Refund(row["refund_id"], row["order_id"], row["refunded_at"][:10], Decimal(row["amount"]))
            found[row["refund_id"]] = made
    return list(found.values())

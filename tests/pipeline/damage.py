"""Real files of a written world, and what can happen to them on their way."""

import codecs
import io
import json
import re
import struct
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import openpyxl
import pyarrow.csv
import pyarrow.parquet

OVERSIZE = 2 << 20
"""Bytes; more than a test's files have, so that the limit can be set to it."""

_AMOUNT = re.compile(r"\d+\.\d\d(?!\d)")


@dataclass(frozen=True)
class Sample:
    """How a format's file is opened and where it can be hurt.

    `row` finds a booked amount in a line of the table (its group); `heading` is a word of the header, or of the frame,
    that the format cannot do without; `total` is the column that a companion adds up, where the file itself states
    nothing.
    """

    stream: str
    pattern: str
    encoding: str
    row: str
    heading: str
    total: str | None = None

    def find(self, inbox: Path) -> Path:
        """Give the world's largest file of the format."""
        found = max((inbox / self.stream).glob(self.pattern), key=lambda path: (path.stat().st_size, path.name))
        assert found.stat().st_size > 100
        return found


_TIME = r"\d\d:\d\d:\d\d\s*,[^,]*,"
SAMPLES = {
    "alipay trade": Sample("alipay/trade", "*.zip", "gb18030", _TIME + r".*?,(\d+\.\d\d),", "商家实收（元）"),
    "alipay ledger": Sample("alipay/signcustomer", "*.zip", "gb18030", _TIME + r"\s*(\d*\.\d\d)", "账户余额（元）"),
    "wechat trade": Sample("wechat/trade", "*.csv", "utf-8-sig", r"`CNY,`(\d+\.\d\d),", "手续费"),
    "wechat fundflow": Sample("wechat/fundflow", "*.csv", "utf-8-sig", r"`收入,`(\d+\.\d\d),", "收支类型"),
    "taobao orders": Sample(
        "taobao/orders", "*.csv", "gb18030", r",0,(\d+\.\d\d),0,交易", "订单状态", "买家实际支付金额"
    ),
    "taobao lines": Sample(
        "taobao/order_lines", "*.csv", "gb18030", r",\d+\.\d\d,(\d+\.\d\d),", "主订单编号", "买家实际支付金额"
    ),
    "taobao refunds": Sample("taobao/refunds", "*.csv", "gb18030", r",(\d+\.\d\d),手工", "退款状态", "买家退款金额"),
    "cmb csv": Sample("bank/cmb", "*.csv", "utf-8-sig", r",(\d+\.\d\d),\d+\.\d\d,", "流水号"),
    "cmb xlsx": Sample("bank/cmb", "*.xlsx", "", "", "流水号"),
    "mt940": Sample("bank/mt940", "*.sta", "ascii", r":61:\d{10}R?[CD](\d+,\d\d)N", ":60F:"),
    "camt053": Sample("bank/camt053", "*.xml", "utf-8", r"<Ntry>.*?<Amt Ccy=\"CNY\">(\d+\.\d\d)<", "<Cd>OPBD</Cd>"),
    "open csv": Sample("open/order_lines", "*.csv", "utf-8", r",(\d+\.\d\d)\n", "quantity", "amount"),
    "open parquet": Sample("open/order_lines", "*.csv", "utf-8", r",(\d+\.\d\d)\n", "quantity", "amount"),
}


def raise_an_amount(sample: Sample, text: str) -> str:
    """Write another amount into one row."""
    rows = list(re.finditer(sample.row, text, re.DOTALL))
    assert rows, sample
    # The first line of a statement that states no opening balance has nothing before it to be held against.
    found = rows[len(rows) // 2]
    place, written = found.start(1), found.group(1)
    digit = str((int(written[-1]) + 1) % 10)
    return text[:place] + written[:-1] + digit + text[place + len(written) :]


def rename_heading(sample: Sample, text: str) -> str:
    """Give what the format cannot do without another name."""
    assert sample.heading in text
    return text.replace(sample.heading, "XX" if text.isascii() else "新名字")


def write_in_fen(_sample: Sample, text: str) -> str:
    """Write all amounts of the table in 分; what stands below it stays in 元."""
    lines = text.split("\n")
    foot = next((place for place, line in enumerate(lines) if line.startswith(("总交易单数", "资金流水总笔数"))), None)
    inside = [
        line if line.startswith("#") else _AMOUNT.sub(lambda amount: amount[0].replace(".", ""), line) for line in lines
    ]
    return "\n".join(inside if foot is None else [*inside[:foot], *lines[foot:]])


def garble(sample: Sample, text: str) -> bytes:
    """Open a text as if it were in another encoding, and save that."""
    was, opened_as = ("gb18030", "latin-1") if sample.encoding == "gb18030" else ("utf-8", "gb18030")
    if sample.stream.startswith("open/"):
        # The open format is UTF-8 and nothing else: what a spreadsheet saves on a Chinese desk is none.
        return text.encode("gb18030")
    return text.encode(was).decode(opened_as, "replace").encode()


def variants(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    """Give what may become of a file, by what happened to it."""
    sample = SAMPLES[name]
    whole = to_parquet(content.decode()) if name == "open parquet" else content
    yield "cut", whole[: len(whole) * 6 // 10]
    if name == "cmb xlsx":
        yield from _workbooks(sample, content)
        yield "bomb", bomb("xl/worksheets/sheet1.xml")
    elif name == "open parquet":
        yield from _parquets(sample, content.decode())
    else:
        yield from _texts(name, sample, content)


def _texts(name: str, sample: Sample, content: bytes) -> Iterator[tuple[str, bytes]]:
    def hurt(change: Callable[[str], bytes], *, everywhere: bool = False) -> bytes:
        if sample.pattern != "*.zip":
            return change(content.decode(sample.encoding))
        out = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(content), metadata_encoding="gbk") as old, zipfile.ZipFile(out, "w") as new:
            for member in old.namelist():
                text = old.read(member).decode(sample.encoding)
                spared = "汇总" in member and not everywhere
                new.writestr(member, text.encode(sample.encoding) if spared else change(text))
        return out.getvalue()

    def write(text: str) -> bytes:
        return text.encode(sample.encoding)

    if sample.pattern == "*.zip":
        yield "bomb", bomb("a.csv")
        yield "cutinside", hurt(lambda text: write(text[: len(text) * 6 // 10]))
    else:
        yield "large", content + b"\n" * OVERSIZE
    yield "empty", b""
    yield "changed", hurt(lambda text: write(raise_an_amount(sample, text)))
    yield "misheaded", hurt(lambda text: write(rename_heading(sample, text)))
    yield "utf16", hurt(lambda text: text.encode("utf-16"), everywhere=True)
    if name not in ("mt940", "camt053"):
        # MT940 is latin only and CAMT says in itself how it is encoded; in both, 分 would still add up.
        yield "garbled", hurt(lambda text: garble(sample, text), everywhere=True)
        yield "fen", hurt(lambda text: write(write_in_fen(sample, text)))


def _workbooks(sample: Sample, content: bytes) -> Iterator[tuple[str, bytes]]:
    for how in ("changed", "misheaded"):
        book = openpyxl.load_workbook(io.BytesIO(content))
        sheet = book.worksheets[0]
        heading = next(cell for row in sheet.iter_rows() for cell in row if cell.value == sample.heading)
        if how == "misheaded":
            heading.value = "新名字"
        else:
            balance = sheet.cell(heading.row + 2, heading.column - 2)
            balance.value = str(Decimal(str(balance.value)) + Decimal("0.01"))
        out = io.BytesIO()
        book.save(out)
        yield how, out.getvalue()


def _parquets(sample: Sample, text: str) -> Iterator[tuple[str, bytes]]:
    for how, changed in (
        ("changed", raise_an_amount(sample, text)),
        ("misheaded", rename_heading(sample, text)),
        ("fen", write_in_fen(sample, text)),
    ):
        yield how, to_parquet(changed)


def to_parquet(text: str) -> bytes:
    """Write an open csv as Parquet, every cell as text."""
    names = text.split("\n", 1)[0].split(",")
    kept = pyarrow.csv.ConvertOptions(column_types=dict.fromkeys(names, pyarrow.string()))
    out = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.csv.read_csv(io.BytesIO(text.encode()), convert_options=kept), out)
    return out.getvalue()


def bomb(member: str, *, claimed: int | None = None) -> bytes:
    """Pack 64 MiB of zeros into 64 KiB; `claimed` is what the archive says that it unpacks to, if not the truth."""
    size, out = 64 << 20, io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(member, bytes(size))
    packed = out.getvalue()
    return packed if claimed is None else packed.replace(struct.pack("<L", size), struct.pack("<L", claimed))


def state(sample: Sample, text: str) -> bytes:
    """Say what a good file of a format that states no totals holds, as its companion would."""
    header, *lines = text.removeprefix(codecs.BOM_UTF8.decode()).rstrip("\n").split("\n")
    place = header.rstrip("\r").split(",").index(str(sample.total))
    total = sum(Decimal(line.rstrip("\r").split(",")[place].removesuffix("元")) for line in lines)
    return json.dumps(
        {"from": "2026-05-12", "to": "2026-05-12", "rows": len(lines), "total_amount": str(total)}
    ).encode()

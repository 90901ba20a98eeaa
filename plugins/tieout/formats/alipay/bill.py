"""What both Alipay bills are made of: notes that begin with #, a table without quoting, a footer with totals."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from tieout.core.archives import is_zip, open_members
from tieout.core.blocks import decode, decode_head
from tieout.core.content import Content
from tieout.core.money import to_amount
from tieout.core.reading import UnreadableError
from tieout.core.tables import normalise
from tieout.core.text import explain_garbling, split_lines, unwrap
from tieout.core.totals import Proof

_DAY = re.compile(r"(\d{4})年(\d\d)月(\d\d)日 (\d\d:\d\d:\d\d)")
_TOTAL = re.compile(r"(交易|退款|收入|支出)合计[:：]\s*(\d+)\s*笔[，,](.*)")
_SUM = re.compile(r"([^，,]*?)共\s*(-?[\d.,]*\d)\s*元")
_MOST_NOTES = 1000


@dataclass
class Bill:
    """One csv of a bill as it stands: notes are the lines that begin with #."""

    notes: list[str] = field(default_factory=list)
    table: list[tuple[int, str]] = field(default_factory=list)

    def note(self, pattern: str) -> str | None:
        """Give what the pattern's group finds in the first note that has it."""
        found = next((m for note in self.notes if (m := re.search(pattern, note))), None)
        return found.group(1) if found else None

    @property
    def account(self) -> str | None:
        """The account as the preamble writes it."""
        return self.note(r"账号[:：]\s*\[?([^\]\s]+)\]?")

    @property
    def exported_at(self) -> str | None:
        """When the bill was made, Beijing time: the last line, so a bill without it is cut off."""
        match = _DAY.search(self.note(r"导出时间[:：](.*)") or "")
        return f"{match[1]}-{match[2]}-{match[3]} {match[4]}" if match else None

    @property
    def window(self) -> tuple[date, date] | None:
        """The stated period, last day included: the file states the midnight after it."""
        days = _DAY.findall(self.note(r"(起始日期[:：].*)") or "")
        if len(days) != 2:
            return None
        first, last = (date(int(year), int(month), int(day)) for year, month, day, _ in days)
        return first, last - timedelta(days=1) if days[1][3] == "00:00:00" and last > first else last

    @property
    def stated(self) -> dict[str, tuple[int, dict[str, Decimal]]]:
        """What the footer states: 交易, 退款, 收入 or 支出 -> count and sums by their names."""
        found = [match for note in self.notes if (match := _TOTAL.search(note))]
        return {m[1]: (int(m[2]), {name: to_amount(amount) for name, amount in _SUM.findall(m[3])}) for m in found}

    def take(self, number: int, line: str) -> bool:
        """Take a line if it is a note or the header; anything else is left to others."""
        bare = line.lstrip('\ufeff"')
        if bare.startswith("#"):
            if len(self.notes) == _MOST_NOTES:
                raise UnreadableError(
                    "unreadable", f"line {number} is the bill's {_MOST_NOTES + 1}th that begins with #"
                )
            self.notes.append(bare.rstrip(' \t,"'))
        elif line.strip(" \t,\r\n") and not self.table:
            self.table.append((number, line))
        else:
            return False
        return True


def _parse(text: str) -> Bill:
    bill = Bill()
    for number, line in enumerate(split_lines(text), 1):
        if not bill.take(number, line) and line.strip(" \t,"):
            bill.table.append((number, line))
    return bill


@contextmanager
def open_bill(content: Content, title: str) -> Iterator[tuple[Content, Bill | None]]:
    """Find the detail and the summary among a zip's members, by how they begin: their order and names vary."""
    with open_members(content) if is_zip(content) else nullcontext([content]) as members:
        heads = [_parse(decode_head(member)) for member in members]
        details = [member for member, bill in zip(members, heads, strict=True) if bill.note(f"({title}明细查询)")]
        summaries = [member for member, bill in zip(members, heads, strict=True) if bill.note(f"({title}汇总查询)")]
        if len(details) != 1:
            _refuse_unknown(heads, len(details), title)
        yield details[0], _parse(decode(summaries[0])) if summaries else None


def _refuse_unknown(bills: Sequence[Bill], found: int, title: str) -> None:
    first = bills[0] if bills else Bill()
    head = " / ".join([*first.notes[:1], *(line[:80] for _, line in first.table[:2])])
    garbled = explain_garbling(head, ("支付宝", "商户订单号"))
    if garbled:
        raise UnreadableError("unit_or_encoding", f"not readable as an Alipay bill: {garbled}")
    raise UnreadableError(
        "schema_drift",
        f"{found} of {len(bills)} files begin with #{title}明细查询, one is expected; the first begins with: {head}. "
        "Deliver the merchant's bill as downloaded (exports for persons and the portal's lists are other formats)",
    )


def prove_complete(bill: Bill, proof: Proof, wanted: Sequence[str]) -> dict[str, tuple[int, dict[str, Decimal]]]:
    """Give the footer's totals; refuse a bill without its end or without the totals that are `wanted`."""
    stated = bill.stated
    if bill.account is None or bill.window is None:
        proof.fail("unreadable", "the bill's preamble (账号, 起始日期, 终止日期) is missing or damaged: fetch it again")
    if bill.exported_at is None or not bill.note("(列表结束)") or any(word not in stated for word in wanted):
        proof.fail(
            "unreadable", "the bill's footer (列表结束, 合计, 导出时间) is missing: it is cut off; fetch it again"
        )
    return stated


def summary_row(bill: Bill, summary: Bill, proof: Proof) -> dict[str, str]:
    """Give the 合计 row of a summary by (normalised) name, after its account and period were compared."""
    if (summary.account, summary.window) != (bill.account, bill.window):
        proof.fail(
            "totals_break",
            f"detail and summary are not of one bill: the summary is of {summary.account}, {summary.window}",
        )
    rows = [raw.split(",") for _, raw in summary.table]
    last = next((row for row in rows if unwrap(row[0]) == "合计"), None)
    if last is None:
        proof.fail("unreadable", "the bill's summary has no line 合计: it is cut off; fetch it again")
    return {normalise(name): unwrap(cell) or "0" for name, cell in zip(rows[0], last or [], strict=False)}

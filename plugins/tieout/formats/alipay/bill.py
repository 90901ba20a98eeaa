"""What both Alipay bills are made of: notes that begin with #, a table without quoting, a footer with totals."""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from tieout.core.archives import is_zip, read_members
from tieout.core.money import to_amount
from tieout.core.reading import Reading, Rejection, Row, UnreadableError
from tieout.core.tables import Header, Names, RowCheck, map_header, normalise, refuse_if_nothing_is_left
from tieout.core.text import decode, explain_garbling, is_time, split_lines, unwrap
from tieout.core.totals import Proof, amount_at, check_unit

_DAY = re.compile(r"(\d{4})年(\d\d)月(\d\d)日 (\d\d:\d\d:\d\d)")
_TOTAL = re.compile(r"(交易|退款|收入|支出)合计[:：]\s*(\d+)\s*笔[，,](.*)")
_SUM = re.compile(r"([^，,]*?)共\s*(-?[\d.,]*\d)\s*元")
_FREE_TEXT = ("product_name", "store_name", "coupon_name", "remark")


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


def _parse(text: str) -> Bill:
    bill = Bill()
    for number, line in enumerate(split_lines(text), 1):
        bare = line.lstrip('\ufeff"')
        if bare.startswith("#"):
            bill.notes.append(bare.rstrip(' \t,"'))
        elif line.strip(" \t,"):
            bill.table.append((number, line))
    return bill


def open_bill(content: bytes, title: str) -> tuple[Bill, Bill | None]:
    """Find the detail and the summary among a zip's members, by content: their order and names vary."""
    members = read_members(content) if is_zip(content) else [("", content)]
    bills = [_parse(decode(member)) for _, member in members]
    details = [bill for bill in bills if bill.note(f"({title}明细查询)")]
    summary = next((bill for bill in bills if bill.note(f"({title}汇总查询)")), None)
    if len(details) != 1:
        _refuse_unknown(bills, len(details), title)
    return details[0], summary


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


def _split(line: int, raw: str, header: Header, names: Names) -> list[str]:
    """Split a row. Bills know no quoting, so a comma in free text is given back to the one column where it fits."""
    cells = raw.split(",")
    extra = len(cells) - header.width
    if extra == 0:
        return cells
    # A spreadsheet that saved the bill again quotes cells with commas.
    quoted = next(csv.reader([raw.replace("\r", " ")]))
    if extra > 0 and len(quoted) == header.width:
        return quoted
    if extra > 0 and not "".join(cells[header.width :]).strip() and _fits(cells[: header.width], header, names):
        return cells[: header.width]
    places = [header.places[list(names).index(name)] for name in _FREE_TEXT if name in names and extra > 0]
    joined = [
        [*cells[:at], ",".join(cells[at : at + extra + 1]), *cells[at + extra + 1 :]] for at in places if at is not None
    ]
    fitting = [row for row in joined if _fits(row, header, names)]
    if len(fitting) != 1:
        raise UnreadableError(
            "unreadable", f"line {line} has {len(cells)} cells, the header has {header.width}; the file is cut off or "
            "was edited: fetch it again", line=line, value=raw[:200],
        )  # fmt: skip
    return fitting[0]


def _fits(cells: list[str], header: Header, names: Names) -> bool:
    for name, value in zip(names, header.pick(cells), strict=False):
        if name.endswith("_at") and not is_time(value):
            return False
        if name.endswith("_amount") and value is not None:
            try:
                to_amount(value)
            except ValueError:
                return False
    return True


@dataclass(frozen=True)
class Table:
    """A bill's rows. All of them count for the totals, also those whose identifier is damaged."""

    header: Header
    columns: tuple[str, ...]
    all: list[Row]
    rejected: list[Rejection]

    def values(self, column: str) -> list[tuple[int, str | None]]:
        """Give a column's cells with their lines."""
        place = self.columns.index(column)
        return [(line, cells[place]) for line, cells in self.all]

    def amounts(self, column: str) -> list[Decimal]:
        """Give a column as amounts; an empty cell is zero."""
        return [amount_at(line, column, value) for line, value in self.values(column)]


def read_table(bill: Bill, names: Names, needed: Sequence[str], identifying: Sequence[str]) -> Table:
    """Read the rows in the stream's own columns, with the account from the preamble on each; refuse 分 for 元."""
    if not bill.table:
        raise UnreadableError("unreadable", "the bill has no header line: it is cut off; fetch it again")
    line, raw = bill.table[0]
    header = map_header(line, raw.split(","), names, needed)
    table = Table(header, (*names, "account", *header.unknown), [], [])
    check, known = RowCheck(names, identifying), len(names)
    for number, text in bill.table[1:]:
        cells = header.pick(_split(number, text, header, names))
        table.all.append((number, (*cells[:known], bill.account, *cells[known:])))
        problem = check.find_problem(number, cells)
        if problem:
            table.rejected.append(problem)
    refuse_if_nothing_is_left(range(len(table.all) - len(table.rejected)), table.rejected)
    for name, written in names.items():
        if name.endswith("_amount"):
            check_unit((value for _, value in table.values(name)), written[0])
    return table


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


def give(bill: Bill, table: Table, totals: dict[str, str]) -> Reading:
    """Give what was proved; rejected rows are told apart from the kept ones by their lines."""
    rejected = {problem.line for problem in table.rejected}
    rows = [row for row in table.all if row[0] not in rejected] if rejected else table.all
    return Reading(
        table.columns, table.header.verbatim, rows, table.rejected, totals, bill.window, bill.account,
        bill.exported_at, table.header.unknown,
    )  # fmt: skip

"""China Merchants Bank (招商银行) corporate account statement, csv or xlsx."""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from tieout.core.amounts import amount_at, to_units
from tieout.core.archives import is_zip
from tieout.core.blocks import open_lines
from tieout.core.chains import Chain
from tieout.core.content import Content
from tieout.core.quoted import NumberedRow, QuotedRows
from tieout.core.reading import Chunk, Keep, Reading, Rejection, Row, UnreadableError
from tieout.core.tables import LOST_DIGITS, Header, find_header, map_header, normalise, refuse_if_nothing_is_left
from tieout.core.text import is_damaged_id
from tieout.core.totals import Proof, UnitCheck
from tieout.core.workbooks import read_workbook

HEADER: dict[str, tuple[str, ...]] = {
    "account": ("账号",),
    "account_name": ("账号名称",),
    "currency": ("币种",),
    "transaction_date": ("交易日",),
    "transaction_time": ("交易时间",),
    "value_date": ("起息日",),
    "transaction_type": ("交易类型",),
    "debit_amount": ("借方金额",),
    "credit_amount": ("贷方金额",),
    "balance_after": ("余额",),
    "summary": ("摘要",),
    "serial_no": ("流水号",),
    "process_instance_no": ("流程实例号",),
    "business_name": ("业务名称",),
    "purpose": ("用途",),
    "business_reference_no": ("业务参考号",),
    "business_summary": ("业务摘要",),
    "other_summary": ("其它摘要",),
    "counterparty_branch": ("收(付)方分行名",),
    "counterparty_name": ("收(付)方名称",),
    "counterparty_account": ("收(付)方账号",),
    "counterparty_bank_no": ("收(付)方开户行行号",),
    "counterparty_bank_name": ("收(付)方开户行名",),
    "counterparty_bank_address": ("收(付)方开户行地址",),
    "related_branch": ("母(子)公司账号分行名",),
    "related_account": ("母(子)公司账号",),
    "related_name": ("母(子)公司名称",),
    "message_flag": ("信息标志",),
    "has_attachment": ("有否附件信息",),
    "reversal_flag": ("冲账标志",),
    "extended_summary": ("扩展摘要",),
    "analysis_code": ("交易分析码",),
    "bill_no": ("票据号",),
    "commerce_order_no": ("商务支付订单号",),
    "internal_no": ("内部编号",),
}
COLUMNS = tuple(HEADER)
_NEEDED = ("transaction_date", "debit_amount", "credit_amount", "balance_after", "serial_no")
_DATE = r"(?<!\d)(20\d\d[-/年]?[01]\d[-/月]?[0-3]\d)(?!\d)日?"
_PERIOD = re.compile(rf"(?={_DATE}(?:\s+[\d:]+)?\D{{1,20}}{_DATE})")
_FOOTNOTES = ("本页小计", "小计", "合计", "总计", "期初余额", "期末余额", "第", "共", "注")


def read(content: Content, keep: Keep) -> Reading:
    """Read a statement, csv or xlsx, with or without lines above its header; debits go out, credits come in.

    Proved against the running balance, by account and currency. The period is the one that the lines above the header
    state, else from the first to the last booked day.
    """
    table = read_workbook(content) if is_zip(content) else _read_csv(content)
    index, header = find_header(table, HEADER, _NEEDED)
    preamble = " ".join(cell for _, cells in table[:index] for cell in cells if cell.strip())
    found = re.search(r"账号[:：\s]*([\d*]{8,30})", preamble.replace("帐", "账"))
    account = found.group(1) if found else None
    if account is None and header.places[0] is None:
        map_header(header.line, header.verbatim, HEADER, ("account",))
    rows, sums = _split(table[index + 1 :], header, account)
    columns = (*COLUMNS, *header.unknown)
    if not is_zip(content):
        unit = UnitCheck("借方金额、贷方金额、余额")
        for column in Chunk.of(columns, rows).cells[7:10]:
            unit.add(column)
        unit.refuse()
    rejected = [problem for line, cells in rows if (problem := _find_problem(line, cells))]
    bad = {problem.line for problem in rejected}
    kept = [row for row in rows if row[0] not in bad]
    refuse_if_nothing_is_left(len(kept), rejected)
    accounts = {cells[0] for _, cells in rows}
    window = _window(preamble, kept)
    proof = Proof(window, accounts.pop() if len(accounts) == 1 else account)
    totals = _prove(rows, proof) | _check_sums(rows, sums, proof)
    keep(Chunk.of(columns, kept))
    return Reading(columns, header.verbatim, rejected, totals, window, proof.account, unknown=header.unknown)


def _read_csv(content: Content) -> list[NumberedRow]:
    content.whole()
    rows = QuotedRows(open_lines(content))
    found: list[NumberedRow] = []
    while more := rows.read():
        found.extend(row for row in more if any(cell.strip() for cell in row[1]))
    return found


def _split(table: Sequence[tuple[int, list[str]]], header: Header, account: str | None) -> tuple[list[Row], list[Row]]:
    """Tell booked lines from the sums below them; other notes below are neither."""
    rows: list[Row] = []
    sums: list[Row] = []
    for line, cells in table:
        while len(cells) > header.width and not cells[-1].strip():
            cells.pop()
        first = normalise(next(cell for cell in cells if cell.strip()))
        if not first.startswith(_FOOTNOTES):
            if len(cells) != header.width:
                raise UnreadableError(
                    "unreadable", f"line {line} has {len(cells)} cells, the header has {header.width}; the file is cut "
                    "off or was edited: export it again", line=line, value=",".join(cells)[:200],
                )  # fmt: skip
            row = header.pick(cells)
            rows.append((line, (row[0] or account, *row[1:])))
        elif first.startswith(("合计", "总计")) and len(cells) == header.width:
            sums.append((line, header.pick(cells)))
    return rows, sums


def _find_problem(line: int, cells: Sequence[str | None]) -> Rejection | None:
    day, serial = cells[COLUMNS.index("transaction_date")], cells[COLUMNS.index("serial_no")]
    if _day(day) is None:
        return Rejection(line, "交易日", day, "not a date like 20260501 or 2026-05-01")
    if serial is None or is_damaged_id(serial):
        return Rejection(
            line, "流水号", serial, LOST_DIGITS if serial else "empty, so the line cannot be told from others"
        )
    if is_damaged_id(cells[0]):
        return Rejection(line, "账号", cells[0], LOST_DIGITS)
    return None


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(re.sub(r"[-/年月日]", "", text or ""))
    except ValueError:
        return None


def _window(preamble: str, rows: Sequence[Row]) -> tuple[date, date] | None:
    for stated in _PERIOD.findall(preamble):
        first, last = _day(stated[0]), _day(stated[1])
        if first and last and first <= last:
            return first, last
    days = sorted(day for _, cells in rows if (day := _day(cells[COLUMNS.index("transaction_date")])))
    return (days[0], days[-1]) if days else None


def _prove(rows: Sequence[Row], proof: Proof) -> dict[str, str]:
    lines: dict[str, list[Row]] = {}
    for line, cells in rows:
        if cells[9] is None:
            proof.fail("unreadable", f"line {line}: no 余额, so the running balance cannot be proved", line)
        whose = f"{cells[0]} {cells[2] or ''}".strip()
        lines.setdefault(whose, []).append((line, cells[7:10]))
    totals: dict[str, str] = {}
    for whose, booked in lines.items():
        names = ("借方金额", "贷方金额", "余额")
        amounts = Chunk.of(names, booked)
        out, into, balance = (to_units(amounts.lines, amounts.cells[place], names[place]) for place in range(3))
        chain = Chain()
        chain.add(amounts.lines, into - out, balance)
        balances = proof.check_chain(chain)
        if balances:
            totals |= {f"{whose} 期初余额": str(balances[0]), f"{whose} 期末余额": str(balances[1])}
    return totals


def _check_sums(rows: Sequence[Row], sums: Sequence[Row], proof: Proof) -> dict[str, str]:
    totals: dict[str, str] = {}
    for line, stated in sums:
        for place, name in ((7, "借方合计"), (8, "贷方合计")):
            if stated[place] is not None:
                counted = [amount_at(number, name, cells[place]) for number, cells in rows]
                proof.check(name, amount_at(line, name, stated[place]), sum(counted, Decimal(0)))
                totals[name] = stated[place] or ""
    return totals

"""MT940 statement lines as rows."""

import re
from collections.abc import Iterator, Sequence

from tieout.core.blocks import decode
from tieout.core.content import Content
from tieout.core.reading import Chunk, Keep, Reading, Row, UnreadableError
from tieout.core.totals import Proof
from tieout.formats.mt940.pages import (
    Statement,
    entry_day,
    parse_day,
    parse_line,
    prove,
    refuse_missing_page,
    split_pages,
    to_point,
)

COLUMNS = (
    "account", "currency", "transaction_reference", "related_reference", "statement_number", "line_no",
    "opening_mark", "opening_date", "opening_balance", "closing_mark", "closing_date", "closing_balance",
    "value_date", "entry_date", "mark", "is_reversal", "direction", "funds_code", "amount", "transaction_type",
    "customer_reference", "bank_reference", "supplementary_details", "remittance_text", "information",
    "counterparty_name", "counterparty_account",
)  # fmt: skip
_SUBFIELD = re.compile(r"\?(\d\d)")


def _information(parts: Sequence[str]) -> tuple[str | None, str | None, str | None, str | None]:
    """Give remittance text, exact text, counterparty name and account of :86:; ?xx is the German banks' structure."""
    exact = "\n".join(parts).strip()
    folded = exact.replace("\n", "")
    if not re.match(r"\d{3}\?", folded):
        return exact or None, exact or None, None, None
    pieces = _SUBFIELD.split(folded)[1:]
    found: dict[str, str] = {}
    for code, value in zip(pieces[::2], pieces[1::2], strict=True):
        found[code] = found.get(code, "") + value
    remittance = "".join(value for code, value in found.items() if "20" <= code <= "29" or "60" <= code <= "63")
    name = (found.get("32", "") + found.get("33", "")).strip()
    return remittance or None, exact, name or None, found.get("31", "").strip() or None


def _row(statement: Statement, position: int, line: int, value: str, parts: Sequence[str]) -> Row:
    match, opening, closing, single = (
        parse_line(line, value),
        statement.opening,
        statement.closing,
        statement.page.single,
    )
    entry = entry_day(line, match)
    remittance, exact, name, account = _information(parts)
    direction = "credit" if match["mark"] in {"C", "RD"} else "debit"
    return line, (
        statement.account, opening.currency, single.get("20"), single.get("21"), statement.number or None,
        str(position), opening.mark, str(opening.day), opening.text, closing.mark, str(closing.day), closing.text,
        str(parse_day(match["value"], line)), str(entry) if entry else None, match["mark"],
        "true" if match["mark"].startswith("R") else "false", direction, match["funds"], to_point(match["amount"]),
        match["type"], match["reference"].strip() or None, (match["bank"] or "").strip() or None,
        (match["details"] or "").strip() or None, remittance, exact, name, account,
    )  # fmt: skip


def read(content: Content, keep: Keep) -> Reading:
    """Read the statements of a file; one row a booked line (:61:), with its statement's balances on it.

    Proved: opening + lines = closing for every page, and intermediate pages follow on one another. `mark` is as
    written (C, D, RC, RD), `direction` is where the money went. `line_no` counts within a statement's number and
    closing day.
    """
    pages = split_pages(decode(content))
    if not pages:
        raise UnreadableError(
            "unreadable", "no MT940 statement found (:20:, :60F:, :62F:); deliver the bank's MT940 file"
        )
    statements: list[Statement] = []
    for page in pages:
        statements.append(prove(page, statements[-1] if statements else None))
    refuse_missing_page(None, statements[-1], Proof(statements[-1].window, statements[-1].account))
    totals = {f"{s.account} {s.number} {s.closing.day}": f"{s.opening.amount} {s.closing.amount}" for s in statements}
    rows = [
        _row(statement, position, line, value, parts)
        for statement, first in _first_positions(statements)
        for position, (line, value, parts) in enumerate(statement.page.lines, first)
    ]
    accounts = {statement.account for statement in statements}
    window = min(s.window[0] for s in statements), max(s.window[1] for s in statements)
    keep(Chunk.of(COLUMNS, rows))
    return Reading(COLUMNS, (), (), totals, window, accounts.pop() if len(accounts) == 1 else None)


def _first_positions(statements: Sequence[Statement]) -> Iterator[tuple[Statement, int]]:
    """Number lines on where banks give several statements one number; the very same statement keeps its numbers."""
    seen: dict[tuple[object, ...], list[list[tuple[str, list[str]]]]] = {}
    for statement in statements:
        key = (statement.account, statement.number, statement.closing.currency, statement.closing.day)
        before = seen.setdefault(key, [])
        content = [(value, parts) for _, value, parts in statement.page.lines]
        place = before.index(content) if content in before else len(before)
        yield statement, 1 + sum(len(lines) for lines in before[:place])
        if place == len(before):
            before.append(content)

"""ISO 20022 CAMT.053 bank-to-customer statements, any version.

Elements are found by their local name, so that versions differ only where their structure does. External entities and
document types are refused. Pending and announced entries are not booked: they are counted in the totals, not given as
rows.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from tieout.core.amounts import amount_at
from tieout.core.blocks import decode
from tieout.core.content import Content
from tieout.core.reading import Chunk, Keep, Reading, Row, UnreadableError
from tieout.core.totals import Proof

COLUMNS = (
    "account", "currency", "statement_id", "statement_number", "line_no",
    "opening_mark", "opening_date", "opening_balance", "closing_mark", "closing_date", "closing_balance",
    "value_date", "booking_date", "mark", "is_reversal", "direction", "status", "amount", "transaction_code",
    "entry_reference", "bank_reference", "end_to_end_id", "message_id", "detail_count", "remittance_text",
    "additional_information", "counterparty_name", "counterparty_account",
)  # fmt: skip
_LINE = "{tieout}line"


@dataclass(frozen=True)
class _Balance:
    mark: str
    day: str
    text: str
    amount: Decimal


@dataclass(frozen=True)
class _Statement:
    node: Element
    account: str
    currency: str
    window: tuple[date, date]
    opening: _Balance
    closing: _Balance
    booked: list[Element]
    turns_reversals: bool


def _parse(text: str) -> Element:
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import DefusedXMLParser

    class Builder(TreeBuilder):
        """Remembers the line on which each element begins and forgets namespaces."""

        def start(self, tag: str, attrs: dict[Any, Any], /) -> Element:
            return super().start(tag.rpartition("}")[2], attrs | {_LINE: str(parser.parser.CurrentLineNumber)})

        def end(self, tag: str, /) -> Element:
            return super().end(tag.rpartition("}")[2])

    parser = DefusedXMLParser(target=Builder(), forbid_dtd=True)
    try:
        parser.feed(text)
        root: Element = parser.close()
    except DefusedXmlException as error:
        raise UnreadableError(
            "unreadable", "the XML declares a document type or entities, which a bank statement never needs: refused"
        ) from error
    except ParseError as error:
        raise UnreadableError(
            "unreadable",
            f"not readable as XML ({error}): the file is cut off or not a CAMT.053: fetch it again",
            line=error.position[0],
        ) from error
    return root


def _text(node: Element, *paths: str) -> str | None:
    """Give the text of the first path that has one."""
    return next((found.strip() for path in paths if (found := node.findtext(path)) and found.strip()), None)


def _line(node: Element) -> int:
    return int(node.get(_LINE, "0"))


def _need(node: Element, what: str, *paths: str) -> str:
    found = _text(node, *paths)
    if found is None:
        raise UnreadableError("unreadable", f"line {_line(node)}: {node.tag} has no {what}", line=_line(node))
    return found


def _day(node: Element, name: str) -> str | None:
    found = _text(node, f"{name}/Dt", f"{name}/DtTm")
    if found is None:
        return None
    try:
        return str(date.fromisoformat(found[:10]))
    except ValueError as error:
        raise UnreadableError("unreadable", f"line {_line(node)}: '{found}' is not a date", line=_line(node)) from error


def _sign(mark: str, node: Element) -> int:
    if mark not in {"CRDT", "DBIT"}:
        raise UnreadableError("unreadable", f"line {_line(node)}: CdtDbtInd is '{mark}'", line=_line(node), value=mark)
    return 1 if mark == "CRDT" else -1


def _balance(statement: Element, *codes: str) -> _Balance | None:
    for code in codes:
        for node in statement.findall("Bal"):
            if _text(node, "Tp/CdOrPrtry/Cd") == code:
                mark, written = _need(node, "CdtDbtInd", "CdtDbtInd"), _need(node, "Amt", "Amt")
                amount = _sign(mark, node) * amount_at(_line(node), "Bal/Amt", written)
                return _Balance(mark, _day(node, "Dt") or "", written, amount)
    return None


def _status(entry: Element) -> str:
    return _text(entry, "Sts/Cd", "Sts/Prtry", "Sts") or "BOOK"


def _is_reversal(entry: Element) -> bool:
    return (_text(entry, "RvslInd") or "false") in {"true", "1"}


def _check_details(entry: Element, amount: Decimal, proof: Proof) -> int:
    """Prove that the transactions of a batch make up their entry; give how many there are."""
    details = entry.findall("NtryDtls/TxDtls")
    currency = entry.find("Amt")
    amounts = []
    for detail in details:
        node = next((found for path in ("Amt", "AmtDtls/TxAmt/Amt") if (found := detail.find(path)) is not None), None)
        if node is not None and currency is not None and node.get("Ccy") == currency.get("Ccy"):
            opposite = _text(detail, "CdtDbtInd") not in {None, _text(entry, "CdtDbtInd")}
            amounts.append((-1 if opposite else 1) * amount_at(_line(node), "TxDtls/Amt", node.text))
    if len(details) > 1 and len(amounts) == len(details):
        proof.check(f"line {_line(entry)}, sum of {len(details)} transactions (TxDtls) of one entry (Ntry)",
                    amount, sum(amounts, Decimal(0)))  # fmt: skip
    return len(details)


def _window(node: Element, closing: _Balance, booked: list[Element]) -> tuple[date, date]:
    """Give the period the statement states; else from its first booked day to the closing balance's day."""
    first = _text(node, "FrToDt/FrDtTm", "FrToDt/FrDt")
    last = _text(node, "FrToDt/ToDtTm", "FrToDt/ToDt")
    if first and last:
        start, end = date.fromisoformat(first[:10]), date.fromisoformat(last[:10])
        return start, end - timedelta(days=1) if last[10:19] == "T00:00:00" and end > start else end
    days = sorted(day for entry in booked if (day := _day(entry, "BookgDt")))
    end = date.fromisoformat(closing.day or days[-1])
    return min([end, *(date.fromisoformat(day) for day in days)]), end


def _prove(node: Element) -> _Statement:
    """Prove OPBD + booked entries = CLBD.

    By the standard CdtDbtInd is where the money goes, also for a reversal; some banks keep the indicator of what is
    reversed instead. The balances decide which of both this file means, and if both would do, the standard.
    """
    account = _need(node, "account", "Acct/Id/IBAN", "Acct/Id/Othr/Id")
    opening, closing = _balance(node, "OPBD", "PRCD"), _balance(node, "CLBD")
    if opening is None or closing is None:
        raise UnreadableError(
            "unreadable", f"line {_line(node)}: the statement of {account} has no opening (OPBD) or closing balance "
            "(CLBD), so it cannot be proved: deliver the day's closed statement", line=_line(node), account=account,
        )  # fmt: skip
    booked = [entry for entry in node.findall("Ntry") if _status(entry) == "BOOK"]
    window = _window(node, closing, booked)
    proof = Proof(window, account)
    as_written = as_turned = opening.amount
    for entry in booked:
        amount = amount_at(_line(entry), "Amt", _need(entry, "Amt", "Amt"))
        signed = _sign(_need(entry, "CdtDbtInd", "CdtDbtInd"), entry) * amount
        _check_details(entry, amount, proof)
        as_written += signed
        as_turned += -signed if _is_reversal(entry) else signed
    turns = as_written != closing.amount and as_turned == closing.amount
    if not turns:
        proof.check(f"statement {_text(node, 'Id')}, closing balance (CLBD)", closing.amount, as_written)
    currency = _text(node, "Acct/Ccy") or next((amt.get("Ccy") or "" for amt in node.iter("Amt")), "")
    return _Statement(node, account, currency, window, opening, closing, booked, turns)


def _join(entry: Element, *paths: str) -> str | None:
    """Give the distinct texts of all paths below an entry, one a line."""
    found = [text.strip() for path in paths for node in entry.findall(path) if (text := node.text) and text.strip()]
    return "\n".join(dict.fromkeys(found)) or None


def _rows(statement: _Statement) -> Iterator[Row]:
    node, opening, closing = statement.node, statement.opening, statement.closing
    for position, entry in enumerate(statement.booked, 1):
        mark, is_reversal = _text(entry, "CdtDbtInd"), _is_reversal(entry)
        is_credit = (mark == "CRDT") != (is_reversal and statement.turns_reversals)
        party = "Dbtr" if is_credit else "Cdtr"
        details = "NtryDtls/TxDtls"
        yield _line(entry), (
            statement.account, statement.currency, _text(node, "Id"), _text(node, "ElctrncSeqNb", "LglSeqNb"),
            str(position), opening.mark, opening.day or None, opening.text, closing.mark, closing.day or None,
            closing.text, _day(entry, "ValDt"), _day(entry, "BookgDt"), mark, "true" if is_reversal else "false",
            "credit" if is_credit else "debit", _status(entry), _text(entry, "Amt"),
            _text(entry, "BkTxCd/Prtry/Cd") or _join(entry, "BkTxCd/Domn/Cd", "BkTxCd/Domn/Fmly/Cd",
                                                     "BkTxCd/Domn/Fmly/SubFmlyCd"),
            _text(entry, "NtryRef"), _text(entry, "AcctSvcrRef") or _join(entry, f"{details}/Refs/AcctSvcrRef"),
            _join(entry, f"{details}/Refs/EndToEndId"), _join(entry, f"{details}/Refs/MsgId"),
            str(len(entry.findall(details))), _join(entry, f"{details}/RmtInf/Ustrd",
                                                    f"{details}/RmtInf/Strd/CdtrRefInf/Ref"),
            _text(entry, "AddtlNtryInf") or _join(entry, f"{details}/AddtlTxInf"),
            _join(entry, f"{details}/RltdPties/{party}/Nm", f"{details}/RltdPties/{party}/Pty/Nm"),
            _join(entry, f"{details}/RltdPties/{party}Acct/Id/IBAN", f"{details}/RltdPties/{party}Acct/Id/Othr/Id"),
        )  # fmt: skip


def read(content: Content, keep: Keep) -> Reading:
    """Read the statements of a file; one row a booked entry (Ntry), a batch too, with its statement's balances on it.

    Proved: OPBD + booked entries = CLBD, and the transactions of a batch make up their entry. `mark` and `is_reversal`
    are as written, `direction` is where the money went.
    """
    root = _parse(decode(content))
    nodes = root.findall("BkToCstmrStmt/Stmt")
    if not nodes:
        found = root[0].tag if len(root) else root.tag
        raise UnreadableError(
            "schema_drift", f"no statement (BkToCstmrStmt/Stmt) in the file, but {found}: CAMT.053 is expected, not an "
            "interim report (052) or an advice (054)",
        )  # fmt: skip
    statements = [_prove(node) for node in nodes]
    totals: dict[str, str] = {}
    for statement in statements:
        name = f"{statement.account} {_text(statement.node, 'Id')}"
        totals[name] = f"{statement.opening.amount} {statement.closing.amount}"
        waiting = len(statement.node.findall("Ntry")) - len(statement.booked)
        totals |= {f"{name} not booked": str(waiting)} if waiting else {}
    accounts = {statement.account for statement in statements}
    window = min(s.window[0] for s in statements), max(s.window[1] for s in statements)
    exported_at = _text(root, "BkToCstmrStmt/GrpHdr/CreDtTm") or _text(nodes[0], "CreDtTm")
    keep(Chunk.of(COLUMNS, [row for statement in statements for row in _rows(statement)]))
    return Reading(COLUMNS, (), (), totals, window, accounts.pop() if len(accounts) == 1 else None, exported_at)

"""MT940 messages as they stand, and the proof that each statement adds up."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from tieout.core.reading import UnreadableError
from tieout.core.text import split_lines
from tieout.core.totals import Proof

_TAG = re.compile(r":(\d\d[A-Z]?):(.*)")
_BALANCE = re.compile(r"([CD])(\d{6})([A-Z]{3})(\d+(?:,\d*)?)")
_LINE = re.compile(
    r"(?P<value>\d{6})(?P<entry>\d{4})?(?P<mark>RC|RD|C|D)(?P<funds>[A-Z])?(?P<amount>\d+(?:,\d*)?)"
    r"(?P<type>[A-Z][A-Z0-9]{3})(?P<reference>.*?)(?://(?P<bank>[^\n]*))?(?:\n(?P<details>.*))?",
    re.DOTALL,
)


@dataclass(frozen=True)
class Balance:
    """An opening or closing balance: C is money that the account holder has, D money that is owed."""

    mark: str
    day: date
    currency: str
    text: str
    is_intermediate: bool

    @property
    def amount(self) -> Decimal:
        """The balance with its sign."""
        return Decimal(self.text) if self.mark == "C" else -Decimal(self.text)


@dataclass
class Page:
    """One message: a statement or, between intermediate balances, a page of one. Lines are (file line, :61:, :86:)."""

    line: int
    single: dict[str, str] = field(default_factory=dict)
    opening: Balance | None = None
    closing: Balance | None = None
    lines: list[tuple[int, str, list[str]]] = field(default_factory=list)

    @property
    def number(self) -> str:
        """Statement number and, after a slash, the page, as written."""
        return self.single.get("28C") or self.single.get("28") or ""


def to_point(written: str) -> str:
    """Write an amount with a decimal point where the standard has a comma: `300,` is 300."""
    return written.replace(",", ".").rstrip(".")


def parse_day(written: str, line: int) -> date:
    """Read YYMMDD, in this century."""
    try:
        return date(2000 + int(written[:2]), int(written[2:4]), int(written[4:6]))
    except ValueError as error:
        raise UnreadableError("unreadable", f"line {line}: '{written}' is not a date (YYMMDD)", line=line) from error


def _balance(line: int, tag: str, value: str) -> Balance:
    match = _BALANCE.fullmatch(value.strip())
    if not match:
        raise UnreadableError("unreadable", f"line {line}: :{tag}:{value} is not a balance", line=line, value=value)
    return Balance(match[1], parse_day(match[2], line), match[3], to_point(match[4]), tag.endswith("M"))


def _fields(text: str) -> Iterator[tuple[int, str, str]]:
    """Give (line, tag, value) with folded lines joined by line feeds; a line `-` ends a message as tag "-"."""
    current: tuple[int, str, list[str]] | None = None
    for number, line in enumerate(split_lines(text), 1):
        tag = _TAG.match(line.lstrip("\ufeff"))
        is_end = re.fullmatch(r"-(\}.*|XXX)?\s*", line) is not None
        if (tag or is_end) and current:
            yield current[0], current[1], "\n".join(current[2]).rstrip()
            current = None
        if is_end:
            yield number, "-", ""
        elif tag:
            current = (number, tag[1], [tag[2]])
        elif current:
            current[2].append(line)
    if current:
        yield current[0], current[1], "\n".join(current[2]).rstrip()


def split_pages(text: str) -> list[Page]:
    """Split a file into its messages; each begins with :20: or with the first field after the end of another."""
    pages: list[Page] = []
    is_open = False
    for line, tag, value in _fields(text):
        if tag == "20" or (not is_open and tag not in {"-", "64", "65", "86"}):
            pages.append(Page(line))
            is_open = True
        if tag == "-":
            is_open = False
        elif not is_open:
            continue
        elif tag in {"60F", "60M"}:
            pages[-1].opening = _balance(line, tag, value)
        elif tag in {"62F", "62M"}:
            pages[-1].closing = _balance(line, tag, value)
        elif tag == "61":
            pages[-1].lines.append((line, value, []))
        elif tag == "86":
            if pages[-1].lines and pages[-1].closing is None:
                pages[-1].lines[-1][2].append(value)
        else:
            _set_once(pages[-1], line, tag, value)
    return pages


def _set_once(page: Page, line: int, tag: str, value: str) -> None:
    if tag in {"25", "28", "28C"} and tag in page.single:
        raise UnreadableError("unreadable", f"line {line}: a second :{tag}: in one statement; it is damaged", line=line)
    page.single[tag] = value.partition("\n")[0].strip()


@dataclass(frozen=True)
class Statement:
    """A page that was proved: whose it is, and the balances that its lines lead from and to."""

    account: str
    number: str
    opening: Balance
    closing: Balance
    page: Page

    @property
    def window(self) -> tuple[date, date]:
        """From the day after the opening balance (the same day, if something was booked on it) to the closing day."""
        opening, closing = self.opening.day, self.closing.day
        booked = [entry_day(line, parse_line(line, value)) for line, value, _ in self.page.lines]
        starts_later = opening < closing and all(day is None or day > opening for day in booked)
        return (opening + timedelta(days=1) if starts_later else opening), closing


def prove(page: Page, previous: Statement | None) -> Statement:
    """Prove opening + lines = closing, and that an intermediate page follows the one before it."""
    account, opening, closing = page.single.get("25"), page.opening, page.closing
    if opening is None or closing is None or not account:
        is_interim = "34F" in page.single or "13D" in page.single
        what = (
            "this is an interim report (MT942); deliver the MT940"
            if is_interim
            else "it is cut off or damaged: fetch it again"
        )
        raise UnreadableError(
            "unreadable",
            f"line {page.line}: statement {page.number} has no account (25), opening (60F) or closing balance (62F): "
            + what,
            line=page.line,
            account=account,
        )
    statement = Statement(account, page.number, opening, closing, page)
    proof = Proof(statement.window, account)
    if opening.currency != closing.currency:
        proof.fail("unreadable", f"line {page.line}: opening and closing balance are in two currencies", page.line)
    refuse_missing_page(statement, previous, proof)
    moved = sum((_signed(line, value) for line, value, _ in page.lines), Decimal(0))
    proof.check(f"statement {page.number}, closing balance (62)", closing.amount, opening.amount + moved)
    return statement


def refuse_missing_page(statement: Statement | None, previous: Statement | None, proof: Proof) -> None:
    """Refuse a page that does not follow on the one before it; no `statement` means the file ends there."""
    waits = previous if previous and previous.closing.is_intermediate else None
    if statement and statement.opening.is_intermediate:
        if waits is None or waits.account != statement.account:
            proof.fail("unreadable", f"statement {statement.number} begins with 60M: the page before it is missing")
        else:
            what = f"statement {statement.number}, 60M against the page before"
            proof.check(what, statement.opening.amount, waits.closing.amount)
    elif waits:
        proof.fail(
            "unreadable", f"statement {waits.number} ends with 62M: its next page is missing; fetch the file again"
        )


def parse_line(line: int, value: str) -> re.Match[str]:
    """Take a :61: apart; raises UnreadableError if it is none."""
    match = _LINE.fullmatch(value)
    if not match:
        raise UnreadableError(
            "unreadable", f"line {line}: ':61:{value}' is not a statement line", line=line, value=value
        )
    return match


def _signed(line: int, value: str) -> Decimal:
    match = parse_line(line, value)
    amount = Decimal(to_point(match["amount"]))
    return amount if match["mark"] in {"C", "RD"} else -amount


def entry_day(line: int, match: re.Match[str]) -> date | None:
    """Give the entry date its year: the one in which it lies nearest to the value date."""
    if match["entry"] is None:
        return None
    value = parse_day(match["value"], line)
    near = [parse_day(f"{(value.year + shift) % 100:02}{match['entry']}", line)
            for shift in (-1, 0, 1) if match["entry"] != "0229" or (value.year + shift) % 4 == 0]  # fmt: skip
    return min(near, key=lambda day: abs(day - value))

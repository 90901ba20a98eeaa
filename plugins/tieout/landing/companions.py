"""The `.meta.json` beside a file: what its sender says the file holds, and the check that it does."""

import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from tieout.core.amounts import Total
from tieout.core.money import to_amount
from tieout.core.reading import Reading, UnreadableError
from tieout.landing.arrivals import to_instant
from tieout.sources import Stream

SUFFIX = ".meta.json"
_KNOWN = ("from", "to", "rows", "total_amount", "exported_at", "account")


@dataclass(frozen=True)
class Companion:
    """What a `.meta.json` states; everything is optional. `window` has both days included.

    `stated` is the whole meta in one canonical form (keys sorted, amounts without trailing zeros), so that two ways of
    writing the same meta are the same delivery; it keeps keys that nothing checks, which `unchecked` lists.
    """

    window: tuple[date, date] | None
    rows: int | None
    total_amount: Decimal | None
    exported_at: str | None
    account: str | None
    unchecked: tuple[str, ...]
    stated: str

    @property
    def confirms_nothing_came(self) -> bool:
        """Whether it says that nothing was to come in a stated window: the empty day is confirmed."""
        return self.rows == 0 and self.window is not None


def names_for(file_name: str) -> tuple[str, str]:
    """Give the names a file's companion may have, the more specific first."""
    folder, _, name = file_name.rpartition("/")
    start = f"{folder}/" if folder else ""
    return f"{start}{name}{SUFFIX}", f"{start}{name.rpartition('.')[0] or name}{SUFFIX}"


def parse(content: bytes, name: str) -> Companion:
    """Read a `.meta.json`. Raises UnreadableError, which names the key, its value and what is expected."""
    try:
        given = json.loads(content.decode("utf-8-sig"), parse_float=str, parse_constant=str)
    except (ValueError, RecursionError) as error:
        raise _refusal(name, f"is not JSON in UTF-8 ({error}): write it again or remove it") from error
    if not isinstance(given, dict):
        raise _refusal(name, 'does not hold an object: write {"from": …, "to": …, "rows": …, "total_amount": …}')
    first, last = _day(given, "from", name), _day(given, "to", name)
    if (first is None) != (last is None):
        raise _refusal(name, "states only one of 'from' and 'to': state both days (included), or neither")
    if first and last and first > last:
        raise _refusal(name, f"covers {first} to {last}, which ends before it begins: correct 'from' and 'to'")
    rows, total, exported_at = _rows(given, name), _total(given, name), _exported_at(given, name)
    canonical = given | {
        "from": first and first.isoformat(),
        "to": last and last.isoformat(),
        "total_amount": None if total is None else _shorten(total),
    }
    stated = {key: value for key, value in canonical.items() if value is not None}
    return Companion(
        (first, last) if first and last else None,
        rows,
        total,
        exported_at,
        _account(given, name),
        tuple(sorted(set(given) - set(_KNOWN))),
        json.dumps(stated, ensure_ascii=False, sort_keys=True, separators=(",", ":")),
    )


def check(stream: Stream, companion: Companion, reading: Reading, row_count: int, total: Total | None) -> None:
    """Hold a file against its companion: its rows and the sum of the stream's amount column.

    Raises UnreadableError `totals_break` with both figures.
    """
    if companion.account and reading.account and companion.account != reading.account:
        raise UnreadableError(
            "wrong_window",
            f"its {SUFFIX} says that it is of account {companion.account}, the file is of {reading.account}: send each "
            "bill under its own account",
            value=companion.account,
            window=companion.window or reading.window,
            account=reading.account,
        )
    held = row_count + len(reading.rejected)
    if companion.rows is not None and companion.rows != held:
        raise _broken(
            companion, reading, f"its {SUFFIX} states {companion.rows} rows, the file holds {held}", str(companion.rows)
        )
    if companion.total_amount is None or total is None:
        return
    added = _add_up(total, companion, reading)
    if added != companion.total_amount:
        refused = f" ({len(reading.rejected)} rows could not be read and are not in it)" if reading.rejected else ""
        raise _broken(
            companion,
            reading,
            f"its {SUFFIX} states a total of {companion.total_amount:f}, "
            f"{stream.amount_column} adds up to {added:f}{refused}",
            format(companion.total_amount, "f"),
        )


def list_unchecked(stream: Stream, companion: Companion) -> list[str]:
    """Say what a companion states and nothing checks, so that nobody takes it for checked."""
    remarks = [f"'{key}' is kept and not checked; known: {', '.join(_KNOWN)}" for key in companion.unchecked]
    if companion.total_amount is not None and stream.amount_column is None:
        remarks.append(f"'total_amount' is not checked: {stream.source}/{stream.name} has no one amount column")
    return remarks


def _broken(companion: Companion, reading: Reading, what: str, value: str) -> UnreadableError:
    return UnreadableError(
        "totals_break",
        f"{what}: the file is incomplete or its {SUFFIX} is wrong; send both again",
        value=value,
        window=companion.window or reading.window,
        account=reading.account,
    )


def _shorten(amount: Decimal) -> str:
    text = format(amount, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _add_up(total: Total, companion: Companion, reading: Reading) -> Decimal:
    try:
        return total.amount
    except UnreadableError as error:
        raise UnreadableError(
            "totals_break",
            f"the total that its {SUFFIX} states cannot be checked, because {error}: correct the amount",
            line=error.line,
            column=error.column,
            value=error.value,
            window=companion.window or reading.window,
            account=reading.account,
        ) from error


def _day(given: dict[str, Any], key: str, name: str) -> date | None:
    value = given.get(key)
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise _refusal(name, f"states '{key}' as {value!r}: write a day as YYYY-MM-DD") from error


def _rows(given: dict[str, Any], name: str) -> int | None:
    value = given.get("rows")
    if value is not None and (type(value) is not int or value < 0):
        raise _refusal(name, f"states 'rows' as {value!r}: write a whole number, without quotes")
    return value


def _total(given: dict[str, Any], name: str) -> Decimal | None:
    value = given.get("total_amount")
    if value is None:
        return None
    try:
        return to_amount(str(value))
    except ValueError as error:
        raise _refusal(
            name, f"states 'total_amount' as {value!r}: write an exact amount such as \"1234.50\""
        ) from error


def _exported_at(given: dict[str, Any], name: str) -> str | None:
    value = given.get("exported_at")
    if value is None:
        return None
    try:
        to_instant(value)
    except (AttributeError, ValueError) as error:
        raise _refusal(name, f"states 'exported_at' as {value!r}: write it as 2026-05-01T08:00:00+08:00") from error
    return str(value)


def _account(given: dict[str, Any], name: str) -> str | None:
    value = given.get("account")
    if value is not None and (not isinstance(value, str) or not value.strip()):
        raise _refusal(name, f"states 'account' as {value!r}: write it as text, as the file's rows write it")
    return value


def _refusal(name: str, what: str) -> UnreadableError:
    return UnreadableError("unreadable", f"{name} {what}")

"""Small parts of messages: money, counts, lists, and data made harmless for Markdown and HTML."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal

from tieout.alerts.causes import Item
from tieout.alerts.words import say

_PASSWORD = re.compile(r"(?<=://)[^/\s@]+@")
_MARKUP = str.maketrans({"<": "‹", ">": "›", "`": "'", "*": "＊", "[": "(", "]": ")"})


def plain(text: str, most: int = 300) -> str:
    """Give a text of the data on one line: without markup, without a URL's password, cut where it is long."""
    safe = _PASSWORD.sub("…@", " ".join(text.split())).translate(_MARKUP)
    return safe if len(safe) <= most else safe[: most - 1] + "…"


def code(text: str, most: int = 300) -> str:
    """Give a name, command or message of the data as code."""
    return f"`{plain(text, most)}`"


def money(items: Iterable[Item]) -> str:
    """Give the sum of the sizes, currency by currency: 31,106.95 CNY + 418.17 USD. Empty where there is no money."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for item in items:
        if item.amount is not None and item.currency:
            sums[item.currency] += item.amount
    return " + ".join(f"{amount:,.2f} {currency}" for currency, amount in sorted(sums.items()))


def severities(items: Iterable[Item]) -> str:
    """Count by severity: P1 3, P2 5."""
    counts: dict[str, int] = defaultdict(int)
    for item in items:
        counts[item.severity] += 1
    return ", ".join(f"{severity} {count}" for severity, count in sorted(counts.items()))


def bullets(lines: Sequence[str], language: str, most: int = 10) -> list[str]:
    """Give lines as a list, the rest as a count."""
    shown = [f"- {line}" for line in lines[:most]]
    if len(lines) > most:
        shown.append(f"- {say(language, 'list rest', count=len(lines) - most)}")
    return shown

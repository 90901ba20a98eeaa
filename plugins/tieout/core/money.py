"""Exact amounts in major units (yuan)."""

import re
from decimal import Decimal

_AMOUNT = re.compile(r"[+-]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?|[+-]?\.\d+")


def to_amount(text: str) -> Decimal:
    """Turn a written amount into an exact decimal, keeping every digit.

    Thousands separators are accepted where they stand in threes. Raises ValueError on anything else: an empty
    text, scientific notation (Excel's way of losing digits), a currency sign, a misplaced separator.
    """
    stripped = text.strip()
    if not _AMOUNT.fullmatch(stripped):
        raise ValueError(f"'{text}' is not an amount")
    return Decimal(stripped.replace(",", ""))

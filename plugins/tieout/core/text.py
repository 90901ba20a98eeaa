"""From a written cell to its value: what all text formats of Chinese platforms share."""

import re
from collections.abc import Sequence

_REENCODINGS = (
    ("latin-1", "gb18030"),
    ("cp1252", "gb18030"),
    ("cp1252", "utf-8"),
    ("latin-1", "utf-8"),
    ("gb18030", "utf-8"),
)
# Excel writes long numbers as 2.02606041134381e+27, a data frame as 4200001234567890.0: digits may be lost in both.
_DAMAGED = re.compile(r"[+-]?\d(?:\.\d+[eE]\+?\d+|[eE]\+\d+)|\d{6,}\.0+")
_TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")


def explain_garbling(text: str, known: Sequence[str]) -> str | None:
    """Tell how `text` was damaged on its way if undoing one wrong re-encoding brings a `known` word back."""
    sample = text[:4000]
    if "\ufffd" in sample or "锟斤拷" in sample:
        return "characters were replaced by � when the file was re-encoded; deliver it as it was downloaded"
    for written_as, was in _REENCODINGS:
        undone = sample.encode(written_as, "ignore").decode(was, "ignore")
        if any(word in undone for word in known):
            return f"the text was {was} but was opened as {written_as} and saved again; deliver it as it was downloaded"
    return None


def split_lines(text: str) -> list[str]:
    r"""Split at line feeds only: free text may hold other separators that `str.splitlines` would break at."""
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    while lines and not lines[-1].strip(" \t,"):
        lines.pop()
    return lines


def unwrap(cell: str) -> str | None:
    """Take off what platforms and spreadsheets put around a value: spaces, TAB, `="…"`, a leading backtick or `'`."""
    text = cell.strip()
    if text.startswith('="') and text.endswith('"') and len(text) > 2:
        text = text[2:-1].strip()
    if text[:1] == "`" or (text[:1] == "'" and not text.endswith("'")):
        text = text[1:].strip()
    return text or None


def is_damaged_id(value: str | None) -> bool:
    """Whether an identifier stands in scientific or float notation, so that digits are or may be lost."""
    if value is None or ("." not in value and "+" not in value):
        return False
    return _DAMAGED.fullmatch(value) is not None


def is_time(value: str | None) -> bool:
    """Whether a text is a time as bills write it: 2026-05-01 08:30:00."""
    return value is not None and _TIME.fullmatch(value) is not None

"""From bytes to text and from a written cell to its value: what all text formats of Chinese platforms share."""

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence

from tieout.core.reading import UnreadableError

MAX_BYTES = 1 << 30
"""A delivery larger than this (1 GiB, unpacked) is refused: nothing that a merchant gets for a day comes near it."""

_NOT_TEXT = {
    b"PK\x03\x04": "a zip archive or an Excel workbook",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook (.xls); save it as .xlsx or export csv",
    b"\x1f\x8b": "compressed with gzip; unpack it first",
    b"PAR1": "a Parquet file",
    b"%PDF": "a PDF",
}
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


def check_size(content: bytes) -> None:
    """Refuse a delivery that is empty or larger than MAX_BYTES."""
    if not content.removeprefix(codecs.BOM_UTF8).strip():
        raise UnreadableError("empty", "the file is empty (no header, no rows); export or fetch it again")
    if len(content) > MAX_BYTES:
        raise UnreadableError(
            "oversized", f"the file has {len(content)} bytes; at most {MAX_BYTES} are read: deliver it in parts"
        )


def decode(content: bytes, encodings: Sequence[str] = ("utf-8-sig", "gb18030")) -> str:
    """Decode as the first of `encodings` that fits without an error (default: UTF-8 with or without BOM, GB18030).

    Refuses anything else with what to do about it.
    """
    check_size(content)
    for magic, what in _NOT_TEXT.items():
        if content.startswith(magic):
            raise UnreadableError("unreadable", f"a text file is expected here, but this is {what}")
    if content[:2] in {b"\xff\xfe", b"\xfe\xff"} or b"\0" in content[:4096]:
        raise UnreadableError(
            "unit_or_encoding", "the file is UTF-16 or binary; save it as UTF-8 or GBK (GB18030) and deliver it again"
        )
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableError(
        "unit_or_encoding",
        f"the file is not {' or '.join(encodings)} text; deliver it as it was downloaded, or save it as UTF-8",
    )


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


def read_csv(text: str) -> Iterator[tuple[int, list[str]]]:
    """Give the rows of quoted csv with the line each starts at; cells written as `="…"` may hold commas and quotes."""
    text = re.sub(r'(^|,)="', r'\1"', text, flags=re.MULTILINE)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise UnreadableError(
            "unreadable",
            f"line {line}: not readable as csv ({error}); the file is cut off, or a quote is not "
            "escaped: export it again",
            line=line,
        ) from error
